// Receives webhooks on a port of this machine: one path, POST only, bodies of a limited size.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, loopbackHost, openOnLoopback, targetOf } from '../../platform/loopback-server.ts';
import { signatureHeader, timestampHeader } from '../../wire/webhook-signature.ts';
import { type Outcome, type Receiver, statusOf } from './receiver.ts';

const path = '/webhooks';

/** The largest body that is read, in bytes. */
export const bodySizeMax = 1024 * 1024;

/** Most milliseconds that a request may take to arrive. */
const arrivalMost = 10_000;

/**
 * Listens until `close`, which waits for the requests under way. `url` is where to send events to.
 * @param arrivalTime milliseconds until a request must have arrived
 * @throws CreditctlError if the port cannot be listened on
 */
export async function receiveOverHttp(receiver: Receiver, port: number, arrivalTime = arrivalMost) {
  // By default, Node checks for late requests only every 30 seconds.
  const limits = { requestTimeout: arrivalTime, connectionsCheckingInterval: arrivalTime / 5 };
  const server = createServer(limits, (incoming, response) => {
    outcomeOf(receiver, incoming).then(
      (outcome) => answer(outcome, incoming, response),
      // The sender disconnected in the middle of its request.
      () => response.destroy(),
    );
  });
  const opened = await openOnLoopback(server, port);
  return { url: `http://${loopbackHost}:${opened}${path}`, close: () => closeServer(server) };
}

async function outcomeOf(receiver: Receiver, incoming: IncomingMessage): Promise<Outcome> {
  if (targetOf(incoming)[0] !== path) return receiver.refuse('wrong_path');
  if (incoming.method !== 'POST') return receiver.refuse('wrong_method');
  const body = await readBody(incoming);
  if (body === undefined) return receiver.refuse('too_large');
  const timestamp = headerOf(incoming, timestampHeader);
  return receiver.receive({ timestamp, signature: headerOf(incoming, signatureHeader), body });
}

/** Reads the body; `undefined` if the body is too large. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The request stays open, so that it can be answered.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > bodySizeMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function answer(outcome: Outcome, incoming: IncomingMessage, response: ServerResponse): void {
  const text = `${JSON.stringify({ outcome })}\n`;
  // Idle keep-alive connections would delay the shutdown.
  response.shouldKeepAlive = false;
  response.writeHead(statusOf(outcome), {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(outcome === 'wrong_method' ? { allow: 'POST' } : {}),
  });
  response.end(incoming.method === 'HEAD' ? undefined : text);
}
