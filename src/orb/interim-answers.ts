// Takes interim answers (`100 Continue`, `103 Early Hints`) out of what a connection reads, before undici sees them.
import type { Socket } from 'node:net';

/** A status of one hundred and something, save the one that changes the protocol. */
const interim = /^HTTP\/1\.[01] 1(?!01)\d\d/;
const statusLength = 'HTTP/1.1 100'.length;
const headMax = 64 * 1024;

/**
 * A client has to pass over an interim answer that it did not ask for (RFC 9110, 15.2), and undici cuts the connection
 * at a 100. An answer begins with the first byte that is read after something was written: there is no pipelining.
 */
export function withoutInterim(socket: Socket): Socket {
  const readOn = socket.read.bind(socket);
  let written = -1;
  let isHead = false;
  let held: Buffer | undefined;
  const read = (): Buffer | null => {
    if (socket.bytesWritten !== written) {
      written = socket.bytesWritten;
      isHead = true;
    }
    for (;;) {
      const chunk = readOn() as Buffer | null;
      if (chunk === null || !isHead) return chunk;
      held = held === undefined ? chunk : Buffer.concat([held, chunk]);
      const answer = afterInterim(held);
      if (answer === undefined) continue;
      held = undefined;
      isHead = answer.length === 0;
      if (!isHead) return answer;
    }
  };
  return Object.assign(socket, { read });
}

/** What is left once every whole interim answer is gone; `undefined` while more has to come to tell. */
function afterInterim(bytes: Buffer): Buffer | undefined {
  let rest = bytes;
  while (rest.length > 0) {
    const start = rest.toString('latin1', 0, statusLength);
    if (start.length < statusLength) return 'HTTP/1.'.startsWith(start.slice(0, 7)) ? undefined : rest;
    if (!interim.test(start)) return rest;
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return rest.length > headMax ? rest : undefined;
    rest = rest.subarray(end + 4);
  }
  return rest;
}
