// Polls a ledger and yields each new entry once, in ledger order.

import { instantOf, type LedgerEntry } from '../../credits/customer.ts';
import type { Instant } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import type { ListOptions } from '../../orb/pages.ts';
import type { Row } from '../../output/view.ts';

type EntryRow = Row<LedgerEntry>;
/** A list of entries, newest first. */
export type FollowedList = (options: ListOptions) => AsyncIterable<EntryRow>;

export interface Following {
  /** The ledger of one customer and one currency, under the filters of the person. */
  readonly list: FollowedList;
  /** The part of it that is handed out first; default: none. */
  readonly backlog: FollowedList | undefined;
  /** Waits before the next look. @param failures how many looks in a row found no answer */
  readonly rest: (failures: number) => Promise<void>;
  /** Called when the first look is done, from which on nothing is missed; when one found no answer, and when one did again. */
  readonly line: { begun(): void; lost(why: string): void; back(): void };
}

/**
 * Never ends by itself. What was missed while the API did not answer is handed out as soon as it does again. The first
 * look must succeed, and so must each in which the API refuses rather than fails; else its CreditctlError is thrown.
 */
export async function* followEntries(following: Following): AsyncGenerator<EntryRow, never, undefined> {
  const { list, backlog, rest, line } = following;
  // The end is looked up before the backlog is read: what comes in between is then new, or part of it, but never lost.
  let last = await newestOf(list);
  line.begun();
  if (backlog !== undefined) {
    for (const row of await rowsAfter(beforeAll, backlog)) {
      yield row;
      if (sequenceOf(row) > last.sequence) last = placeAfter(last, row);
    }
  }
  for (let failures = 0; ; ) {
    await rest(failures);
    const fresh = await answered(() => rowsAfter(last, list), line);
    failures = fresh === undefined ? failures + 1 : 0;
    for (const row of fresh ?? []) {
      last = placeAfter(last, row);
      yield row;
    }
  }
}

const sequenceOf = ({ record }: EntryRow): number => record.ledger_sequence_number;

/** How far the ledger was seen. */
interface Place {
  /** The number of the last entry. */
  readonly sequence: number;
  /** The latest time of all entries, to the second, and the ids of those of that time. */
  readonly createdAt: Instant;
  readonly ids: ReadonlySet<string>;
  /** Entries up to this time may have been there before the first look. */
  readonly begunAt: Instant;
}

const beforeAll: Place = {
  sequence: -1,
  createdAt: Number.NEGATIVE_INFINITY,
  ids: new Set(),
  begunAt: Number.NEGATIVE_INFINITY,
};

function placeAfter({ createdAt, ids, begunAt }: Place, { record }: EntryRow): Place {
  const { ledger_sequence_number: sequence, id } = record;
  const at = instantOf(record);
  if (at < createdAt) return { sequence, createdAt, ids, begunAt };
  return { sequence, createdAt: at, ids: new Set(at > createdAt ? [id] : [...ids, id]), begunAt };
}

async function newestOf(list: FollowedList): Promise<Place> {
  for await (const row of list({ limit: 1 }))
    return { ...placeAfter(beforeAll, row), begunAt: instantOf(row.record) };
  return beforeAll;
}

/**
 * The entries after a place, oldest first. A status that changed makes no entry new. A block that is deleted takes its
 * entries along, and their numbers are given again: where the last entry seen is gone, the time says what is new.
 */
async function rowsAfter(last: Place, list: FollowedList): Promise<readonly EntryRow[]> {
  const rows = new Map<number, EntryRow>();
  for await (const row of list({})) {
    const at = instantOf(row.record);
    const isLater = sequenceOf(row) > last.sequence;
    if (!isLater && (last.ids.has(row.record.id) || at < last.createdAt || at <= last.begunAt)) break;
    rows.set(sequenceOf(row), row);
  }
  return [...rows.values()].sort((a, b) => sequenceOf(a) - sequenceOf(b));
}

/** What the look found, or `undefined` after a failure that a later look may not meet. */
async function answered<Found>(
  look: () => Promise<Found>,
  line: Following['line'],
): Promise<Found | undefined> {
  try {
    const found = await look();
    line.back();
    return found;
  } catch (error) {
    const passes = error instanceof CreditctlError && passing.has(error.kind) && error.facts.mayPass === true;
    if (!passes) throw error;
    line.lost(error.message);
    return undefined;
  }
}

const passing: ReadonlySet<string> = new Set(['network', 'rate-limited', 'server']);
