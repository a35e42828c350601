// Wraps the standard streams: data to stdout, everything else to stderr, with or without colours. A closed pipe is not an error.

import type { Readable, Writable } from 'node:stream';
import { CreditctlError } from '../../errors.ts';
import type { Meaning, Paint } from '../view.ts';
import { codeOf, inputChunks, wholeInput } from './input.ts';

/** The reader of stdout has closed the pipe (`| head`): the run ends, but is no failure. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe';
}

export interface Terminal {
  /** Whether a person can be asked: stdin and stderr are both a terminal. */
  readonly isInteractive: boolean;
  /** Whether stdout is a terminal. */
  readonly showsTables: boolean;
  /** Columns of the terminal; 80 if unknown. */
  readonly width: number;
  /** Columns of the terminal on stderr; `undefined` if stderr is no terminal, no person watches it, or its width is unknown. */
  readonly noteWidth: number | undefined;
  /** Resolves when the stream takes more. Rejects with ClosedPipe if its reader has gone. */
  out(text: string): Promise<void>;
  /** As `out`, but without masking, for a command that shows a key on purpose. */
  outKey(text: string): Promise<void>;
  /** Writes a line to stderr, for the person or the log. */
  say(line: string): void;
  /** Whether stderr did not take a line: its disk is full, or its reader has gone. */
  readonly isMute: boolean;
  /**
   * Replaces the line that was drawn before; an empty text clears it, and so does whatever is written next. The first
   * line after data on stdout is not drawn. Does nothing if stderr is not a terminal, or no person watches it.
   */
  draw(line: string): void;
  /** Whether stdin is a terminal, so that typed text is visible. */
  readonly inputIsTyped: boolean;
  /**
   * All of stdin. Rejects with the signal's reason if that comes first, and with a `usage` error if it is longer than
   * `textBytesMax`.
   */
  readInput(signal?: AbortSignal): Promise<Buffer>;
  /** All of stdin as bytes, in pieces as they arrive. */
  inputChunks(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** The part of a writable stream that is used here. */
export interface Outlet {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

export type OutletStream = Writable & { readonly columns?: number };

export interface StandardStreams {
  /** Created on first use: a stream on stdin takes a while to set up. */
  readonly stdin: Readable;
  readonly stdinIsTerminal: boolean;
  readonly stdout: Outlet;
  readonly stderr: Outlet;
  /** stderr as a stream that questions are drawn on; created on first use, too. */
  readonly screen: OutletStream;
}

/**
 * @param mask replaces secrets in everything that is written; a value must not be split over two texts
 * @param isUnattended a machine that has a terminal for its log: no person is there to be asked, and no line is redrawn
 */
export function terminalOn(
  streams: StandardStreams,
  mask: (text: string) => string = (text) => text,
  isUnattended = false,
): Terminal {
  const { stdout, stderr } = streams;
  let closed = false;
  let isMute = false;
  let drawn = '';
  let isPrinting = false;
  const draw = (line: string): void => {
    if (drawn !== line) stderr.write(`\r\u001b[2K${line}`);
    drawn = line;
  };
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') closed = true;
  });
  // The run goes on if the reader of stderr has closed it.
  stderr.on('error', () => {});
  const out = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new ClosedPipe('stdout was closed'));
      draw('');
      isPrinting = true;
      stdout.write(text, (error) => {
        if (error === null || error === undefined) return resolve();
        reject(unwritable(error));
      });
    });
  return {
    isInteractive: streams.stdinIsTerminal && stderr.isTTY === true && !isUnattended,
    showsTables: stdout.isTTY === true,
    get width() {
      const columns = stdout.columns ?? 0;
      return columns > 0 ? columns : 80;
    },
    // Read each time: the window may be resized while a command follows a ledger.
    get noteWidth() {
      return stderr.isTTY === true && !isUnattended && (stderr.columns ?? 0) > 0 ? stderr.columns : undefined;
    },
    out: (text) => out(mask(text)),
    outKey: out,
    say: (line) => {
      draw('');
      stderr.write(`${mask(line)}\n`, (error) => {
        isMute ||= error instanceof Error;
      });
    },
    get isMute() {
      return isMute;
    },
    draw: (line) => {
      if (stderr.isTTY !== true || isUnattended) return;
      // What was printed may go through a pipe to this terminal, and is still on its way.
      if (!isPrinting || line === '') draw(mask(line));
      isPrinting &&= line === '';
    },
    inputIsTyped: streams.stdinIsTerminal,
    readInput: (signal) => wholeInput(inputChunks(streams.stdin, signal)),
    inputChunks: (signal) => inputChunks(streams.stdin, signal),
  };
}

function unwritable(error: Error): Error {
  if (codeOf(error) === 'EPIPE') return new ClosedPipe('stdout was closed');
  return new CreditctlError(
    'failure',
    `stdout cannot be written (${codeOf(error)}): the output is cut short`,
    {
      cause: error,
    },
  );
}

const colours = {
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  muted: 'gray',
  strong: 'bold',
} as const satisfies Record<Meaning, string>;

/** A function that colours a text by its meaning. chalk is slow to load, so it is loaded only for colours. */
export async function makePaint(colour: boolean): Promise<Paint> {
  if (!colour) return (_meaning, text) => text;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return (meaning, text) => chalk[colours[meaning]](text);
}

/** The kind of account that a write goes to, from the most to the least serious. */
export type TargetKind = 'live' | 'test' | 'sandbox';

/** ANSI codes: white on red, black on yellow, and plain green. Not made by chalk, which takes long to load for one word. */
const badges: Readonly<Record<TargetKind, string>> = { live: '1;97;41', test: '1;30;43', sandbox: '32' };

/** Colours the first word of a line by the target, so that LIVE is never taken for SANDBOX. */
export function withBadge(line: string, kind: TargetKind): string {
  const [word = ''] = line.split(' ', 1);
  const shown = kind === 'sandbox' ? word : ` ${word} `;
  return `\u001b[${badges[kind]}m${shown}\u001b[0m${line.slice(word.length)}`;
}

/** Whether a stream gets colours: NO_COLOR and FORCE_COLOR first, then what the terminal can do. */
export function showsColour(
  env: Readonly<Record<string, string | undefined>>,
  { isTty }: { readonly isTty: boolean },
): boolean {
  // By their own conventions, both variables count as unset when they are empty.
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTty && env.TERM !== 'dumb';
}
