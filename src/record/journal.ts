// The journal of writes as data: what a line says, and what the lines about one write say together. Pure.
import type { Runner } from '../platform/process.ts';
import type { Place } from '../profiles/place.ts';
import type { ApiRequest } from '../requests/request.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../wire/json.ts';

/** Written and flushed before the request leaves. */
export interface Intent {
  readonly event: 'intended';
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly key: string;
  /** Equal for equal writes to the same place; see `fingerprint`. */
  readonly fingerprint: string;
  readonly who: string;
  readonly runner: Runner;
  readonly command: string;
  readonly place: Place;
  readonly request: ApiRequest;
  /** The key of the write that this one takes back. */
  readonly undoes?: string;
  /** How many further writes take parts of that one back after this; none where not said. */
  readonly toFollow?: number;
}

/**
 * Written when the request has come to an end: carried out, refused, or not known; `absent` when the ledger was searched
 * for it in vain, so that it was never applied.
 */
export interface Outcome {
  readonly event: 'settled' | 'refused' | 'unknown' | 'absent';
  readonly at: string;
  readonly key: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly replayed?: boolean;
  /** Why it was refused or is not known. */
  readonly message?: string;
  /** The document that the API answered a settled write with. */
  readonly answer?: Json;
  /** The document was found in the ledger and not answered to the write. */
  readonly found?: true;
}

/** Written when a process takes the write of another one for its own, before it looks for it or tells of it. */
export interface Claim {
  readonly event: 'claimed';
  readonly at: string;
  readonly key: string;
  readonly runner: Runner;
}

/** Written when the program ends in good order after a write: somebody has been told how it went. Not flushed. */
export interface Told {
  readonly event: 'told';
  readonly at: string;
  readonly key: string;
}

/**
 * A run of a batch, whose rows are in a journal of its own: when it began, and when it ended with what it had done. Its
 * key has a blank in it, which no idempotency key has, so that a reader of before takes it for no write.
 */
export interface BatchMark {
  readonly event: 'batch_begun' | 'batch_ended';
  readonly at: string;
  readonly key: string;
  readonly who: string;
  readonly runner: Runner;
  readonly command: string;
  readonly place: Place;
  readonly batch: string;
  /** The hash of the plan. */
  readonly plan: string;
  readonly rows: number;
  /** When the run began; the two lines of a run agree in it. */
  readonly run: string;
  readonly undo?: true;
  /** How many rows came to which end; of an ended run. */
  readonly succeeded?: number;
  readonly failed?: number;
  readonly unknown?: number;
  readonly unprocessed?: number;
  /** The hash of the last line of the batch's own journal; of an ended run. */
  readonly head?: string;
}

export const isBatchMark = (line: JournalLine): line is BatchMark =>
  line.event === 'batch_begun' || line.event === 'batch_ended';

export type JournalLine = Intent | Outcome | Claim | Told | BatchMark;

/** Where a write stands that the journal knows of. */
export interface KnownWrite {
  readonly intent: Intent;
  /** When the latest attempt at it began; RFC 3339, UTC. */
  readonly claimedAt: string;
  /** `undefined` if the program ended between the two lines. */
  readonly outcome: Outcome | undefined;
  /** False if the program ended before anybody could be told. */
  readonly isTold: boolean;
}

/**
 * Milliseconds for which a key is sent again. Orb remembers one for 48 hours (Orb docs: idempotency); an hour less leaves room
 * for retries and for clocks that differ, since a key that was just forgotten would write twice.
 */
export const keyLifetime = 47 * 60 * 60 * 1000;

/** A line as the fact that is chained; see `chained-file.ts` for what is added to it. */
export const factOf = (line: JournalLine): JsonObject => ({ ...line }) as unknown as JsonObject;

/**
 * The fact of a line, without what chains it; also one of the version that kept no chain.
 * `undefined` for a line that a crash cut short, which by construction never left as a request.
 */
export function parseLine(text: string): JournalLine | undefined {
  try {
    const line = parseJson(text);
    if (!isJsonObject(line) || typeof line.key !== 'string' || typeof line.event !== 'string')
      return undefined;
    if (line.event === 'intended' && !isJsonObject(line.place)) return undefined;
    return withPlainNumbers(withoutSeal(line)) as unknown as JournalLine;
  } catch {
    return undefined;
  }
}

/** The fact that a line of a chain was made of. */
export function withoutSeal(line: JsonObject): JsonObject {
  const { v: _version, unchained: _unchained, line: _number, prev: _prev, hash: _hash, ...fact } = line;
  return fact;
}

/** Status, counts and process id as the numbers they were; only what the API sent and was sent keeps its digits. */
function withPlainNumbers(line: JsonObject): Record<string, unknown> {
  const { status, runner, toFollow } = line;
  const counts = ['rows', 'succeeded', 'failed', 'unknown', 'unprocessed'].filter((name) => name in line);
  return {
    ...line,
    ...Object.fromEntries(counts.map((name) => [name, Number(line[name])])),
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(toFollow === undefined ? {} : { toFollow: Number(toFollow) }),
    ...(isJsonObject(runner) ? { runner: { ...runner, pid: Number(runner.pid) } } : {}),
  };
}

/** One write with every line of it, oldest first, as they were handed in. */
export interface Operation<Line> {
  readonly write: KnownWrite;
  readonly lines: readonly Line[];
}

/** The writes that a run of lines tells of, oldest first. @param lineOf what a line that is handed in says */
export function operationsIn<Line>(
  lines: Iterable<Line>,
  lineOf: (line: Line) => JournalLine,
): readonly Operation<Line>[] {
  const operations = new Map<string, { write: KnownWrite; lines: Line[] }>();
  // A key is one write at each host; an outcome is that of the latest intent under its key.
  const latest = new Map<string, string>();
  for (const each of lines) {
    const line = lineOf(each);
    if (isBatchMark(line)) continue;
    if (line.event === 'intended') latest.set(line.key, `${line.place.host} ${line.key}`);
    const identity = latest.get(line.key) ?? '';
    const known = operations.get(identity);
    if (line.event === 'intended')
      operations.set(identity, { write: again(line, known?.write), lines: [...(known?.lines ?? []), each] });
    else if (known !== undefined)
      operations.set(identity, { write: further(line, known.write), lines: [...known.lines, each] });
  }
  return [...operations.values()];
}

/** The same, each only with the latest that is known of it. */
export function knownWrites(lines: readonly JournalLine[]): readonly KnownWrite[] {
  return operationsIn(lines, (line) => line).map(({ write }) => write);
}

/** The same key again: a further attempt at the same write, whose age counts from the first, or a new start after a refusal. */
function again(line: Intent, known: KnownWrite | undefined): KnownWrite {
  const begun = { claimedAt: line.at, outcome: undefined, isTold: false };
  if (known === undefined || isOver(known)) return { intent: line, ...begun };
  if (known.outcome?.event === 'settled') return { ...known, isTold: false };
  return { intent: { ...known.intent, runner: line.runner }, ...begun };
}

function further(line: Outcome | Claim | Told, known: KnownWrite): KnownWrite {
  if (line.event === 'told') return { ...known, isTold: true };
  if (line.event === 'claimed') return claimed(line, known);
  return known.outcome?.event === 'settled' ? known : { ...known, outcome: line };
}

/** Done by another process, which has yet to tell of it, or under way at that process from now on. */
function claimed({ runner, at }: Claim, known: KnownWrite): KnownWrite {
  const intent = { ...known.intent, runner };
  if (known.outcome?.event === 'settled') return { ...known, intent };
  return isOver(known) ? known : { intent, claimedAt: at, outcome: undefined, isTold: false };
}

/** Known not to have been applied: the same key is a new start. */
const isOver = ({ outcome }: KnownWrite): boolean =>
  outcome?.event === 'refused' || outcome?.event === 'absent';

function isFinal(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.event !== 'unknown';
}

/** Whether the write may or may not have been applied, as far as the journal knows. */
export function isOpen(write: KnownWrite): boolean {
  return !isFinal(write.outcome);
}
