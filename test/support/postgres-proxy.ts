// What lies between the program and PostgreSQL: a proxy that delays, cuts or holds back what passes.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresProxy {
  readonly port: number;
  /**
   * The next statement with this text in it: cut before it reaches the server, or before its answer comes back.
   * @param isForGood no connection leads anywhere from then on
   */
  cutAt(text: string, when: 'before' | 'after', isForGood?: boolean): void;
  /** The n-th message of statements from now on, counted from 1. */
  cutNth(count: number, when: 'before' | 'after'): void;
  /** Every statement with this text, until it is changed. */
  cutEach(text: string | undefined, when?: 'before' | 'after'): void;
  /** From the next statement with this text on, only its first half passes: its client stopped while it sent. */
  holdHalfOf(text: string): void;
  /** Leads further connections to another server, and cuts those that are there. */
  leadTo(port: number): void;
  /** How many connections were made. */
  readonly made: () => number;
  /** How many messages of statements came. */
  readonly asked: () => number;
  close(): Promise<void>;
}

/** What happens to a statement that has a text in it. */
interface Rule {
  readonly text: string;
  readonly how: 'before' | 'after' | 'half';
  readonly isOnce: boolean;
  readonly isForGood?: boolean;
  /** How many messages of statements came by then. */
  readonly from?: number;
}

/** @param delay milliseconds each way */
export async function postgresProxy(port: number, delay = 0): Promise<PostgresProxy> {
  const sockets = new Set<Socket>();
  let target = port;
  let made = 0;
  let asked = 0;
  let rule: Rule | undefined;
  let isGone = false;
  const ruleFor = (bytes: Buffer): Rule['how'] | undefined => {
    const found = rule;
    // The first byte of a message of statements; a connection begins with other messages.
    if (bytes.toString('latin1', 0, 1) === 'Q') asked += 1;
    if (found === undefined || !bytes.includes(found.text) || asked < (found.from ?? 0)) return undefined;
    if (found.isOnce) rule = undefined;
    isGone = found.isForGood === true;
    return found.how;
  };
  const server = createServer((client) => {
    let isHeld = false;
    made += 1;
    if (isGone) return void client.destroy();
    const upstream = connect(target, '127.0.0.1');
    let isToCut = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end).on('close', end);
    }
    const later = (act: () => void): void => {
      if (delay === 0) act();
      else setTimeout(act, delay);
    };
    client.on('data', (bytes) => {
      const how = isHeld ? 'hold' : ruleFor(bytes);
      if (how === 'before') return end();
      if (how === 'after') isToCut = true;
      const passing = how === 'half' ? bytes.subarray(0, bytes.length / 2) : bytes;
      if (how !== 'hold') later(() => upstream.write(passing));
      if (how === 'half') isHeld = true;
    });
    upstream.on('data', (bytes) => {
      // The server has committed by the time it answers.
      if (isToCut) return end();
      later(() => client.write(bytes));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutAt: (text, how, isForGood = false) => {
      rule = { text, how, isOnce: true, isForGood };
    },
    cutNth: (count, how) => {
      rule = { text: '', how, isOnce: true, from: asked + count };
    },
    cutEach: (text, how = 'before') => {
      rule = text === undefined ? undefined : { text, how, isOnce: false };
    },
    holdHalfOf: (text) => {
      rule = { text, how: 'half', isOnce: true };
    },
    leadTo: (other) => {
      target = other;
      for (const socket of sockets) socket.destroy();
    },
    made: () => made,
    asked: () => asked,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
