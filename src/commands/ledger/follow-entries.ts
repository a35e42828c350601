// Polls a ledger and yields each new entry once, in ledger order.

import { instantOf } from '../../credits/customer.ts';
import type { Instant } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import type { ListOptions } from '../../orb/pages.ts';
import type { EntryRow } from '../../writes/written-entries.ts';

/** A list of entries, newest first. */
export type FollowedList = (options: ListOptions) => AsyncIterable<EntryRow>;

export interface Following {
  /** The ledger of one customer and one currency, under the person's filters. */
  readonly list: FollowedList;
  /** The entries to yield first; default: none. */
  readonly backlog: FollowedList | undefined;
  /** Waits before the next poll. @param failures polls in a row that got no answer */
  readonly wait: (failures: number) => Promise<void>;
  /** `begun` after the first poll, from which on no entry is missed; then `lost` or `back` after each poll. */
  readonly line: { begun(): void; lost(why: string): void; back(): void };
}

/**
 * Never returns. Entries missed during an outage are yielded once the API answers again. Throws the CreditctlError of a
 * failed first poll, and of a later poll whose error a retry cannot mend.
 */
export async function* followEntries(following: Following): AsyncGenerator<EntryRow, never, undefined> {
  const { list, backlog, wait: rest, line } = following;
  // The newest entry is read before the backlog: an entry in between is new or in the backlog, but never lost.
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
    const fresh = await poll(() => rowsAfter(last, list), line);
    failures = fresh === undefined ? failures + 1 : 0;
    for (const row of fresh ?? []) {
      last = placeAfter(last, row);
      yield row;
    }
  }
}

const sequenceOf = ({ record }: EntryRow): number => record.ledger_sequence_number;

/** Position up to which the ledger was read. */
interface Place {
  /** Sequence number of the last entry. */
  readonly sequence: number;
  /** The latest creation time of all entries, to the second, and the ids of the entries of that second. */
  readonly createdAt: Instant;
  readonly ids: ReadonlySet<string>;
  /** Entries created up to this time may be older than the first poll. */
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
 * Returns the entries after a place, oldest first. A changed status makes no entry new. Deleting a block removes its
 * entries and frees their numbers: if the last seen entry is gone, the creation time decides which entries are new.
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

/** The answer to a poll, or `undefined` after a failure that a later poll may not meet. */
async function poll<Found>(look: () => Promise<Found>, line: Following['line']): Promise<Found | undefined> {
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
