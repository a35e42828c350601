// A file of facts, each line chained to the one before by its hash: appended, flushed, and checked for what was changed.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  type Stats,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { alone, type Locking } from '../platform/lock.ts';
import type { JsonObject } from '../wire/json.ts';
import { checkChain, type Verdict } from './chain-check.ts';
import { type ChainHead, readHead, writeHead } from './chain-head.ts';
import { chainStart, type Link, sealedLine } from './chain-line.ts';
import { readTail, remains } from './chain-tail.ts';
import { type FileLine, fileLines, linesHolding } from './file-lines.ts';

/** Appends lines while the lock is held; returns when they are on the disk. */
export type Append = (facts: readonly JsonObject[]) => void;

export interface ChainedFile {
  /** One lock, one write and one flush for all of them. Throws what the system says; then none of them is there. */
  appendAll(facts: readonly JsonObject[]): void;
  /** Appends one that nobody waits for: it is not flushed, and a power cut may lose it. */
  appendLazily(fact: JsonObject): void;
  /** Holds the lock over what `act` reads and appends, so that no other process appends between the two. */
  exclusively<Result>(act: (append: Append) => Result): Result;
  /** Every line, also those of no chain, in flat memory. */
  lines(): Iterable<FileLine>;
  /** Those that hold a text. */
  linesHolding(text: Buffer): Iterable<{ readonly start: number; readonly bytes: Buffer }>;
  /** Follows the chain from its first line to its last. @param onLine told of each line on the way */
  verify(onLine?: (line: FileLine) => void): Verdict;
}

/** The paths of what belongs to a chained file. @param file absolute path, by custom of the ending `.ndjson` */
export function pathsOf(file: string): { readonly head: string; readonly lock: string } {
  const base = file.replace(/\.ndjson$/, '');
  return { head: `${base}.head`, lock: `${base}.lock` };
}

/** The file comes into being with its first line. */
export function chainedFile(file: string, locking: Locking): ChainedFile {
  const writer = new ChainWriter(file);
  const exclusively = <Result>(act: () => Result): Result => {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return alone(pathsOf(file).lock, locking, act);
  };
  return {
    appendAll: (facts) => exclusively(() => writer.append(facts, true)),
    appendLazily: (fact) => exclusively(() => writer.append([fact], false)),
    exclusively: (act) => exclusively(() => act((facts) => writer.append(facts, true))),
    lines: () => fileLines(file),
    linesHolding: (text) => linesHolding(file, text),
    verify: (onLine) => {
      // What is appended while the file is read is no part of what is checked.
      const { head, end } = existsSync(file)
        ? unlessReadOnly(exclusively, () => writer.snapshot())
        : emptyFile;
      const lines = fileLines(file, end);
      const told = onLine === undefined ? lines : tellingOf(lines, onLine);
      return checkChain(told, head ?? readHead(pathsOf(file).head));
    },
  };
}

function* tellingOf(lines: Iterable<FileLine>, onLine: (line: FileLine) => void): Generator<FileLine> {
  for (const line of lines) {
    onLine(line);
    yield line;
  }
}

const emptyFile = { head: undefined, end: 0 };

/** A copy that may only be read changes under nobody. */
function unlessReadOnly<Result>(exclusively: (act: () => Result) => Result, act: () => Result): Result {
  try {
    return exclusively(act);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return act();
  }
}

/** What this process last saw of the file. */
interface Seen extends ChainHead {
  readonly size: number;
  readonly inode: number;
}

/** Appends to one file; the lock must be held. */
class ChainWriter {
  readonly #file: string;
  readonly #head: string;
  /** Holds as long as nobody else has appended: the tail need not be read again. */
  #seen: Seen | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#head = pathsOf(file).head;
  }

  snapshot(): { readonly head: ChainHead | undefined; readonly end: number } {
    const descriptor = openSync(this.#file, 'r');
    try {
      return { head: readHead(this.#head), end: fstatSync(descriptor).size };
    } finally {
      closeSync(descriptor);
    }
  }

  append(facts: readonly JsonObject[], isFlushed: boolean): void {
    if (facts.length === 0) return;
    const descriptor = openSync(this.#file, 'a+', 0o600);
    try {
      const stats = fstatSync(descriptor);
      const { last, text } = this.#textOf(facts, descriptor, stats);
      const bytes = Buffer.from(text);
      this.#write(descriptor, bytes, { size: stats.size, isFlushed });
      if (isFlushed && stats.size === 0) flushFolder(path.dirname(this.#file));
      const flushed = isFlushed ? last.line : Math.min(last.flushed, last.line);
      this.#seen = { ...last, flushed, size: stats.size + bytes.length, inode: stats.ino };
      writeHead(this.#head, this.#seen);
    } finally {
      closeSync(descriptor);
    }
  }

  #textOf(
    facts: readonly JsonObject[],
    descriptor: number,
    stats: Stats,
  ): { readonly last: ChainHead; readonly text: string } {
    const { before, end } = this.#position(descriptor, stats);
    const { unchained, text: joint } = remains(descriptor, { end, size: stats.size });
    let link: Link = before;
    const texts = facts.map((fact, index) => {
      const sealed = sealedLine(fact, link, index === 0 ? unchained : undefined);
      link = sealed.link;
      return sealed.text;
    });
    return { last: { ...link, flushed: before.flushed }, text: joint + texts.join('') };
  }

  /** The link to go on from, and the first byte after the last line of the chain. */
  #position(descriptor: number, { size, ino }: Stats): { readonly before: ChainHead; readonly end: number } {
    const seen = this.#seen;
    if (seen !== undefined && seen.size === size && seen.inode === ino) return { before: seen, end: size };
    const { link, end } = readTail(descriptor, size);
    const head = readHead(this.#head);
    // The first head is there before the first line, so that a head that is missing is no accident.
    if (head === undefined && link.line === 0) writeHead(this.#head, { ...chainStart, flushed: 0 });
    // Flushed lines are missing at the end: going on from the head leaves the gap to be seen for good.
    if (head !== undefined && head.flushed > link.line) return { before: head, end };
    return { before: { ...link, flushed: head?.flushed ?? 0 }, end };
  }

  /** One call writes all. What cannot be written whole is taken back, so that the chain goes on from what is there. */
  #write(
    descriptor: number,
    bytes: Buffer,
    { size, isFlushed }: { readonly size: number; readonly isFlushed: boolean },
  ): void {
    try {
      const written = writeSync(descriptor, bytes);
      // A second call says why, where the first could not go on.
      if (written < bytes.length) writeSync(descriptor, bytes, written);
      if (fstatSync(descriptor).size !== size + bytes.length)
        throw new Error('the disk took only a part of the line');
      if (isFlushed) fdatasyncSync(descriptor);
    } catch (error) {
      this.#seen = undefined;
      takeBack(descriptor, size);
      throw error;
    }
  }
}

function takeBack(descriptor: number, size: number): void {
  try {
    ftruncateSync(descriptor, size);
  } catch {
    // Then the next line tells of the remains.
  }
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
