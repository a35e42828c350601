// The journal of one profile: one line a fact, chained and flushed before the caller goes on, and found again by key.
import path from 'node:path';
import { CreditctlError } from '../errors.ts';
import type { Locking } from '../platform/lock.ts';
import { type JsonObject, parseJson, writeJson } from '../wire/json.ts';
import type { Verdict } from './chain-check.ts';
import { type ChainedFile, chainedFile, pathsOf } from './chained-file.ts';
import {
  type BatchMark,
  factOf,
  isBatchMark,
  type JournalLine,
  type KnownWrite,
  knownWrites,
  parseLine,
} from './journal.ts';

export interface Journal {
  /** Returns only when the line is on the disk. Throws a `failure` that names the file if it cannot be. */
  append(line: JournalLine): void;
  /** Notes that somebody was told of a settled write; neither flushed nor missed if it fails. @param at RFC 3339 */
  tell(key: string, at: string): void;
  /** Writes whose lines hold a text (a fingerprint or a key), oldest first. */
  find(text: string): readonly KnownWrite[];
  /**
   * Finds, decides and appends in one turn: no other process appends between what `decide` is told and what it
   * appends, so two that start at once never take the same write for theirs.
   */
  decide<Result>(
    text: string,
    decide: (known: readonly KnownWrite[], append: (line: JournalLine) => void) => Result,
  ): Result;
  /** Every line with its number in the file, from the oldest on; lines that say nothing are left out. */
  lines(): Iterable<NumberedLine>;
  /** The beginnings and ends of the runs of batches, oldest first; no other line is parsed. */
  batchMarks(): readonly BatchMark[];
  /** Follows the chain from the first line to the last. */
  verify(): Verdict;
}

export interface NumberedLine {
  readonly number: number;
  readonly line: JournalLine;
}

/** Where the journal of a profile is kept. @param state the folder of all that this tool keeps */
export const journalPath = (state: string, profile: string): string =>
  path.join(state, 'journal', `${profile}.ndjson`);

/**
 * The file comes into being with the first line.
 * @param file absolute path
 * @param mask keeps secrets out of every line; its replacements are plain text within a JSON string
 */
export function journalFile(
  file: string,
  locking: Locking,
  mask: (text: string) => string = (text) => text,
): Journal {
  const chained = chainedFile(file, locking);
  const fact = (line: JournalLine): JsonObject => masked(factOf(line), mask);
  const written = <Result>(act: () => Result): Result => inFile(file, 'written', act);
  const find = (text: string) =>
    inFile(file, 'read', () => knownWrites([...linesOfWritesWith(text, chained)]));
  return {
    append: (line) => written(() => chained.appendAll([fact(line)])),
    tell: (key, at) => {
      try {
        chained.appendLazily(fact({ event: 'told', at, key }));
      } catch {
        // Without it, an equal write of the next minutes is only taken for this one's repetition if this process was killed.
      }
    },
    find,
    decide: (text, decide) =>
      written(() =>
        chained.exclusively((append) => decide(find(text), (line) => written(() => append([fact(line)])))),
      ),
    lines: () => numberedLines(file, chained),
    batchMarks: () => inFile(file, 'read', () => marksIn(chained)),
    verify: () => inFile(file, 'read', () => chained.verify()),
  };
}

/** What an API or a proxy sends back may hold what it was sent. */
function masked(fact: JsonObject, mask: (text: string) => string): JsonObject {
  const text = writeJson(fact);
  const clean = mask(text);
  return clean === text ? fact : (parseJson(clean) as JsonObject);
}

/** Only lines that matter are parsed: a search of bytes is fast enough for a journal of years. */
function linesOfWritesWith(text: string, chained: ChainedFile): readonly JournalLine[] {
  const keys = new Set([...matches(chained, text).values()].map((line) => line.key));
  const all = new Map<number, JournalLine>();
  for (const key of keys)
    for (const [at, line] of matches(chained, key)) if (line.key === key) all.set(at, line);
  return [...all].sort(([a], [b]) => a - b).map(([, line]) => line);
}

function matches(chained: ChainedFile, text: string): ReadonlyMap<number, JournalLine> {
  const found = new Map<number, JournalLine>();
  // Keys and fingerprints stand in a line as whole JSON strings, escapes and quotes included.
  for (const { start, bytes } of chained.linesHolding(Buffer.from(JSON.stringify(text)))) {
    const line = parseLine(bytes.toString());
    if (line !== undefined) found.set(start, line);
  }
  return found;
}

function marksIn(chained: ChainedFile): readonly BatchMark[] {
  return [...chained.linesHolding(Buffer.from('"event":"batch_'))].flatMap(({ bytes }) => {
    const line = parseLine(bytes.toString());
    return line !== undefined && isBatchMark(line) ? [line] : [];
  });
}

function* numberedLines(file: string, chained: ChainedFile): Generator<NumberedLine> {
  const lines = chained.lines()[Symbol.iterator]();
  for (;;) {
    const next = inFile(file, 'read', () => lines.next());
    if (next.done === true) return;
    const line = next.value.isWhole ? parseLine(next.value.bytes.toString()) : undefined;
    if (line !== undefined) yield { number: next.value.number, line };
  }
}

function inFile<Result>(file: string, what: 'read' | 'written', act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof CreditctlError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const isBusy = code === 'EBUSY';
    const why = code === undefined || isBusy ? messageOf(error) : code;
    const next = isBusy
      ? [`Try again when that process has ended; if it is none of creditctl, remove ${pathsOf(file).lock}`]
      : ['Make room or give yourself access to that file, or name another folder in CREDITCTL_STATE_DIR'];
    throw new CreditctlError(
      'failure',
      `The journal ${file} cannot be ${what} (${why}), so nothing was sent`,
      { applied: 'no', retrySafe: true, cause: error, next },
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
