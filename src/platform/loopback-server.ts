// Opens HTTP servers that only this machine can reach, and closes them without cutting answers short.
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreditctlError } from '../errors.ts';

/** The address of every such server. */
export const loopbackHost = '127.0.0.1';

/**
 * Opens the port and returns its number. @param port 0 takes any free port
 * @throws CreditctlError if the port cannot be listened on
 */
export async function openOnLoopback(server: Server, port: number): Promise<number> {
  // Every client is on this machine, so an idle connection ends with its client. A timeout would cut off a request that
  // arrived while the server was busy: Node checks its timers before its sockets.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, loopbackHost, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function portError(error: NodeJS.ErrnoException, port: number): CreditctlError {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'is in use by another process'
      : `cannot be used (${error.code ?? error.message})`;
  const message = `Port ${port} on ${loopbackHost} ${reason}; choose another one with --port.`;
  return new CreditctlError('failure', message, { cause: error, applied: 'no' });
}

/** Path and query of a request, each without the `?`. A request with the whole URL is valid, too (RFC 9112, 3.2.2). */
export function targetOf({ url = '' }: IncomingMessage): readonly [path: string, query: string] {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const [path = '', ...query] = target.split('?');
  return [path === '' ? '/' : path, query.join('?')];
}

/** The longest time, in milliseconds, that a closing server waits for open requests. */
const closingPatience = 2000;

/** Stops listening, and waits for the answers to open requests, but not longer than `closingPatience`. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = setTimeout(() => server.closeAllConnections(), closingPatience);
    server.close((error) => {
      clearTimeout(cut);
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeIdleConnections();
  });
}
