// An HTTP server that takes webhooks: it checks each with the official client, and answers as a test says.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Orb from 'orb-billing';
import { onTestFinished } from 'vitest';

export interface Taken {
  readonly id: string;
  readonly type: string;
  readonly text: string;
  readonly timestamp: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read events of many shapes
  readonly event: any;
}

export interface Receiving {
  readonly url: string;
  /** What came, in order, refused ones included. */
  readonly taken: Taken[];
  /** The secret to check with; nothing is checked before it is set. */
  secret: string;
  /** The status to answer with; `undefined` never answers. */
  status: (taken: Taken) => number | undefined;
  /** Resolves when so many have come. */
  arrived(count: number): Promise<void>;
}

export async function receiving(): Promise<Receiving> {
  const orb = new Orb({ apiKey: 'k' });
  const waiting: (() => void)[] = [];
  const server = createServer(async (incoming, response) => {
    const text = await bodyOf(incoming);
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    );
    const event =
      receiver.secret === '' ? JSON.parse(text) : orb.webhooks.unwrap(text, headers, receiver.secret);
    const { id, type } = event as { id: string; type: string };
    const taken = { id, type, text, event, timestamp: headers['x-orb-timestamp'] ?? '' };
    receiver.taken.push(taken);
    for (const look of waiting) look();
    const status = receiver.status(taken);
    if (status !== undefined) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const receiver: Receiving = {
    url: `http://127.0.0.1:${port}/hook`,
    taken: [],
    secret: '',
    status: () => 200,
    arrived: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (receiver.taken.length >= count) resolve();
        };
        waiting.push(look);
        look();
      }),
  };
  return receiver;
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
