// A server that takes connections and never answers, and an interruption that comes with the first of them.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';

export async function silentServer() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const reason = new CreditctlError('interrupted', 'Interrupted');
  const stopped = new AbortController();
  server.on('connection', (socket) => {
    sockets.push(socket);
    stopped.abort(reason);
  });
  return { url: `postgres://ana@127.0.0.1:${port}/record`, signal: stopped.signal, reason };
}
