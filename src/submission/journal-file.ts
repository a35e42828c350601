// The journal on disk: one line a fact, appended and flushed before the caller goes on.
import {
  appendFileSync,
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { CreditctlError } from '../errors.ts';
import { type JournalLine, type KnownWrite, knownWrites, lineText, parseLine } from './journal.ts';

export interface Journal {
  /** Returns only when the line is on the disk. Throws a `failure` that names the file if it cannot be. */
  append(line: JournalLine): void;
  /** Notes that somebody was told of a settled write; neither flushed nor missed if it fails. @param at RFC 3339 */
  tell(key: string, at: string): void;
  /** Writes whose lines hold a text (a fingerprint or a key), oldest first. */
  find(text: string): readonly KnownWrite[];
}

/** The journal of one profile; the file comes into being with the first line. @param file absolute path */
export function journalFile(file: string): Journal {
  return {
    append: (line) => inFile(file, 'written', () => appendDurably(file, lineText(line))),
    tell: (key, at) => {
      try {
        appendFileSync(file, lineText({ event: 'told', at, key }));
      } catch {
        // Without it, an equal write of the next minutes is only taken for this one's repetition if this process was killed.
      }
    },
    find: (text) => inFile(file, 'read', () => knownWrites(linesWith(readWhole(file), text))),
  };
}

function appendDurably(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, 'a+', 0o600);
  try {
    const { size } = fstatSync(descriptor);
    // After a crash in the middle of a line, the next line must not be glued to its remains.
    const whole = size === 0 || lastByte(descriptor, size) === 0x0a ? text : `\n${text}`;
    // One write call: with O_APPEND two processes never mix their lines.
    const bytes = Buffer.from(whole);
    if (writeSync(descriptor, bytes) !== bytes.length)
      throw new Error('the disk took only a part of the line');
    fdatasyncSync(descriptor);
    if (size === 0) flushFolder(path.dirname(file));
  } finally {
    closeSync(descriptor);
  }
}

function lastByte(descriptor: number, size: number): number | undefined {
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, size - 1);
  return byte[0];
}

/** A new file survives a power cut only if its folder's entry does. */
function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readWhole(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Only lines that matter are parsed: a search of bytes is fast enough for a journal of years. */
function linesWith(bytes: Buffer, text: string): readonly JournalLine[] {
  const first = matchingLines(bytes, text);
  const keys = new Set(first.map((line) => line.key));
  const all = new Map<number, JournalLine>();
  for (const key of keys)
    for (const [at, line] of matches(bytes, key)) if (line.key === key) all.set(at, line);
  return [...all].sort(([a], [b]) => a - b).map(([, line]) => line);
}

const matchingLines = (bytes: Buffer, text: string): readonly JournalLine[] => [
  ...matches(bytes, text).values(),
];

function matches(bytes: Buffer, text: string): ReadonlyMap<number, JournalLine> {
  const found = new Map<number, JournalLine>();
  // Keys and fingerprints stand in a line as whole JSON strings, escapes and quotes included.
  const needle = Buffer.from(JSON.stringify(text));
  for (let at = bytes.indexOf(needle); at !== -1; ) {
    const start = bytes.lastIndexOf(0x0a, at) + 1;
    const newline = bytes.indexOf(0x0a, at);
    const end = newline === -1 ? bytes.length : newline;
    const line = parseLine(bytes.toString('utf8', start, end));
    if (line !== undefined) found.set(start, line);
    at = end >= bytes.length ? -1 : bytes.indexOf(needle, end);
  }
  return found;
}

function inFile<Result>(file: string, what: 'read' | 'written', act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));
    throw new CreditctlError(
      'failure',
      `The journal ${file} cannot be ${what} (${why}), so nothing was sent`,
      {
        applied: 'no',
        retrySafe: true,
        cause: error,
        next: [
          'Make room or give yourself access to that file, or name another folder in CREDITCTL_STATE_DIR',
        ],
      },
    );
  }
}
