// The journal of one batch: who began it, and for each row what was sent and how it ended; many lines share one flush.
import type { Locking } from '../../platform/lock.ts';
import type { Place } from '../../profiles/place.ts';
import { readHead } from '../../record/chain-head.ts';
import { chainedFile, pathsOf } from '../../record/chained-file.ts';
import { isJsonObject, type Json, type JsonObject, numberText, parseJson } from '../../wire/json.ts';

/** Written when a run begins. */
export interface Begun {
  readonly event: 'begun';
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly batch: string;
  readonly who: string;
  readonly command: string;
  readonly place: Place;
  /** The hash of the plan. */
  readonly plan: string;
  readonly rows: number;
  /** The files of the outcomes begin with this path. */
  readonly results: string;
  /** The run takes the batch back. */
  readonly undo?: true;
}

/** Written when a run ends in good order. */
export interface Ended {
  readonly event: 'ended';
  readonly at: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly unprocessed: number;
}

/**
 * `intended` before a row's request leaves, then one of the others; `unsent` if it did not leave after all. Those of an
 * undo are of the same form under keys of their own.
 */
export type RowEvent = 'intended' | 'settled' | 'refused' | 'unknown' | 'unsent';

export interface RowLine {
  readonly event: RowEvent;
  readonly at: string;
  readonly row: number;
  readonly key: string;
}

export interface RowOutcome {
  readonly event: Exclude<RowEvent, 'intended'>;
  readonly status?: number;
  readonly request_id?: string;
  /** The id of the entry that was made. */
  readonly entry?: string;
  readonly replayed?: true;
  /** It was found in the ledger by its mark. */
  readonly found?: true;
  /** Why it was refused or is not known. */
  readonly message?: string;
}

/** A line that nobody waits for is flushed after so many others, or so many milliseconds. */
const keptMax = 1024;
const keptFor = 100;

/** Appends lines; those that come together are one write and one flush. */
export class BatchJournal {
  readonly #path: string;
  readonly #file: ReturnType<typeof chainedFile>;
  readonly #mask: (text: string) => string;
  #facts: JsonObject[] = [];
  #flushing: { readonly promise: Promise<void>; readonly end: (error?: unknown) => void } | undefined;

  #timer: NodeJS.Timeout | undefined;

  /** @param mask keeps secrets out of every line */
  constructor(file: string, locking: Locking, mask: (text: string) => string = (text) => text) {
    this.#path = file;
    this.#file = chainedFile(file, locking);
    this.#mask = mask;
  }

  /** Resolves when the line is on the disk; rejects with what the system says, and then it is not there. */
  append(fact: JsonObject): Promise<void> {
    this.#facts.push(this.#masked(fact));
    this.#flushing ??= this.#soon();
    return this.#flushing.promise;
  }

  /**
   * Notes how a row ended, soon: until then it counts as begun, and is settled under its key. What goes wrong is told to
   * `onFault`.
   */
  note(fact: JsonObject, onFault: (error: unknown) => void): void {
    this.#facts.push(this.#masked(fact));
    this.#onFault = onFault;
    if (this.#flushing !== undefined) return;
    if (this.#facts.length >= keptMax) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), keptFor);
  }

  #onFault: (error: unknown) => void = () => {};

  /** Puts every line on the disk that was noted so far. Throws what the system says. */
  flush(): void {
    this.#flush((error) => {
      throw error;
    });
  }

  /** The hash of the last line, in hex: the proof of all before it. */
  head(): string {
    return readHead(pathsOf(this.#path).head)?.hash ?? '';
  }

  /** What an API sends back may hold what it was sent; keys and ids of rows are ours. */
  #masked(fact: JsonObject): JsonObject {
    const { message, command, request_id } = fact;
    const clean: Record<string, Json> = {};
    for (const [name, value] of Object.entries({ message, command, request_id }))
      if (typeof value === 'string') clean[name] = this.#mask(value);
    return { ...fact, ...clean };
  }

  #soon() {
    let end: (error?: unknown) => void = () => {};
    const promise = new Promise<void>((resolve, reject) => {
      end = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Nobody may wait for an outcome; a failure is told by the next line that somebody waits for.
    promise.catch(() => {});
    setImmediate(() => this.#flush());
    return { promise, end };
  }

  #flush(onFault = this.#onFault): void {
    const [facts, flushing] = [this.#facts, this.#flushing];
    this.#facts = [];
    this.#flushing = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (facts.length === 0) return;
    try {
      this.#file.appendAll(facts);
      flushing?.end();
    } catch (error) {
      flushing?.end(error);
      onFault(error);
    }
  }
}

export interface BatchLines {
  readonly onBegun?: (begun: Begun, at: number) => void;
  readonly onEnded?: (ended: Ended) => void;
  /** @param start where the line begins, in bytes */
  readonly onRow?: (line: RowLine, start: number) => void;
}

const rowLine =
  /^\{"v":2,"event":"(intended|settled|refused|unknown|unsent)","at":"([^"]+)","row":(\d+),"key":"([^"]+)"/;

const starts = {
  begun: Buffer.from('{"v":2,"event":"begun"'),
  intended: Buffer.from('{"v":2,"event":"intended"'),
  ended: Buffer.from('{"v":2,"event":"ended"'),
};

/** Whether a line is about such an event, without parsing it: a journal has millions of lines. */
export const isOf = (event: keyof typeof starts, bytes: Buffer): boolean =>
  bytes.subarray(0, starts[event].length).equals(starts[event]);

/** Reads a journal from its first line to its last, in flat memory; what a crash cut short is passed over. */
export function readBatchJournal(file: string, locking: Locking, on: BatchLines): void {
  for (const { bytes, start, isWhole } of chainedFile(file, locking).lines()) {
    if (!isWhole) continue;
    const found = rowLine.exec(bytes.toString('latin1', 0, 220));
    if (found !== null) {
      const [, event, at = '', row, key = ''] = found;
      on.onRow?.({ event: event as RowEvent, at, row: Number(row), key }, start);
      continue;
    }
    const line = factOf(bytes.toString());
    if (line?.event === 'begun' && isBegun(line)) on.onBegun?.(plain(line) as unknown as Begun, start);
    if (line?.event === 'ended') on.onEnded?.(plain(line) as unknown as Ended);
  }
}

/** The hash names a file of the folder, so that a line with another text there is none of ours. */
const isBegun = ({ plan, results, at }: JsonObject): boolean =>
  typeof plan === 'string' &&
  /^[0-9a-f]{64}$/.test(plan) &&
  typeof results === 'string' &&
  typeof at === 'string';

function factOf(text: string): JsonObject | undefined {
  try {
    const line = parseJson(text);
    return isJsonObject(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

/** Counts as the numbers they were. */
const plain = (line: JsonObject): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(line).map(([name, value]) => {
      const text = numberText(value);
      return [name, text === undefined ? value : Number(text)];
    }),
  );

/** The line that begins there, as it was noted. */
export function outcomeOf(bytes: Buffer): RowOutcome {
  const line = plain(factOf(bytes.toString()) ?? {});
  return line as unknown as RowOutcome;
}
