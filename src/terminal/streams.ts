// The standard streams: data to stdout, everything else to stderr, a closed pipe told apart from a fault.
import type { Readable, Writable } from 'node:stream';

/** The reader of stdout has gone away (`| head`): no failure, just the end of the work. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe';
}

export interface Terminal {
  /** A person can be asked: stdin and stderr are both a terminal. */
  readonly isInteractive: boolean;
  /** stdout is a terminal. */
  readonly showsTables: boolean;
  /** Columns of the terminal; 80 where that is not known. */
  readonly width: number;
  /** Resolves when the stream takes more. Rejects with ClosedPipe if its reader has gone. */
  out(text: string): Promise<void>;
  /** A line for the person or the log. */
  say(line: string): void;
  /** All of stdin as UTF-8 text. */
  readInput(): Promise<string>;
}

export interface StandardStreams {
  /** Made when it is first looked at: a stream on stdin takes a while to set up. */
  readonly stdin: Readable;
  readonly stdinIsTerminal: boolean;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

export function terminalOn(streams: StandardStreams): Terminal {
  const { stdout, stderr } = streams;
  let closed = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') closed = true;
  });
  // A log that nobody reads any more must not end the work.
  stderr.on('error', () => {});
  const columns = stdout.columns ?? 0;
  return {
    isInteractive: streams.stdinIsTerminal && stderr.isTTY === true,
    showsTables: stdout.isTTY === true,
    width: columns > 0 ? columns : 80,
    out: (text) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new ClosedPipe('stdout was closed'));
        stdout.write(text, (error) => {
          if (error === null || error === undefined) return resolve();
          reject(
            (error as NodeJS.ErrnoException).code === 'EPIPE' ? new ClosedPipe('stdout was closed') : error,
          );
        });
      }),
    say: (line) => void stderr.write(`${line}\n`),
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of streams.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
