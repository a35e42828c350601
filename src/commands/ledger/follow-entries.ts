// Polls a ledger and yields each new entry once, in ledger order.

import type { LedgerEntry } from '../../credits/customer.ts';
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
  /** Told when the first look is done, from which on nothing is missed; when one found no answer, and when one did again. */
  readonly line: { begun(): void; lost(why: string): void; back(): void };
}

/**
 * Never ends by itself. What was missed while the API did not answer is handed out as soon as it does again. The first
 * look must succeed, and so must each in which the API refuses rather than fails; else its CreditctlError is thrown.
 */
export async function* followEntries(following: Following): AsyncGenerator<EntryRow, never, undefined> {
  const { list, backlog, rest, line } = following;
  // The end is looked up before the backlog is read: what comes in between is then new, or part of it, but never lost.
  let last = await newestSequence(list);
  line.begun();
  if (backlog !== undefined) {
    for (const row of await rowsAfter(-1, backlog)) {
      yield row;
      last = Math.max(last, sequenceOf(row));
    }
  }
  for (let failures = 0; ; ) {
    await rest(failures);
    const fresh = await answered(() => rowsAfter(last, list), line);
    failures = fresh === undefined ? failures + 1 : 0;
    for (const row of fresh ?? []) {
      last = sequenceOf(row);
      yield row;
    }
  }
}

const sequenceOf = ({ record }: EntryRow): number => record.ledger_sequence_number;

/** Below every number there is, for a ledger without entries. */
async function newestSequence(list: FollowedList): Promise<number> {
  for await (const row of list({ limit: 1 })) return sequenceOf(row);
  return -1;
}

/** The entries after a number, oldest first. A status that changed makes no entry new. */
async function rowsAfter(last: number, list: FollowedList): Promise<readonly EntryRow[]> {
  const rows = new Map<number, EntryRow>();
  for await (const row of list({})) {
    if (sequenceOf(row) <= last) break;
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
