// Reads one ledger once, adds up its movements, and checks the chain of its balances on the way.

import type { LedgerEntry } from '../../credits/customer.ts';
import { type LedgerBreak, LedgerCheck } from '../../credits/ledger-check.ts';
import type { Decoded } from '../../orb/decode/records.ts';
import { Movements, type MovementsOptions, type MovementsResult } from '../../reports/movements.ts';
import { entriesOf, type Ledger, waitingBlocks } from '../every-ledger.ts';
import { breakBetween, breakOfEmpty } from '../ledger-breaks.ts';

export interface LedgerMovements extends MovementsResult, Pick<MovementsOptions, 'waited'> {
  /** Sequence number of the newest entry seen; later entries do not count. `undefined` for an empty ledger. */
  readonly newest: number | undefined;
  /** The first entry that does not follow from the entry before it. */
  readonly firstBreak: LedgerBreak | null;
}

export interface Reading extends Omit<MovementsOptions, 'waited'> {
  /** Whether to read the blocks of a ledger without entries: blocks that hold credits show a gap in the list. */
  readonly checksEmpty: boolean;
  /** Called with each entry of the ledger, newest first. */
  readonly onEntry: (entry: Decoded<LedgerEntry>) => void;
  /** Each group has its own sums; default: one sum for all. */
  readonly groupOf?: GroupOf | undefined;
}

/** The group of an entry; `null` if the entry has no group, or is not in the record. */
export type GroupOf = (entry: LedgerEntry) => string | null | Promise<string | null>;

/**
 * Adds up the ledger as it was at the newest entry of the first page: later pages hold only older entries. Reads the
 * whole ledger, because an entry may be dated before the entries that precede it.
 */
export async function ledgerMovements(
  ledger: Ledger,
  { onEntry, groupOf, checksEmpty, ...options }: Reading,
): Promise<LedgerMovements> {
  const check = new LedgerCheck();
  let movements: Movements | undefined;
  let waited: ReadonlySet<string> = new Set();
  let newest: number | undefined;
  for await (const entry of entriesOf(ledger)) {
    if (movements === undefined) waited = await waitedIn(ledger);
    movements ??= new Movements({ ...options, waited });
    newest ??= entry.record.ledger_sequence_number;
    check.add(entry.record);
    movements.add(entry.record, groupOf === undefined ? null : await groupOf(entry.record));
    onEntry(entry);
  }
  const sums = (movements ?? new Movements({ ...options, waited })).end();
  const result = { ...sums, waited, newest };
  if (newest !== undefined) return { ...result, firstBreak: await breakBetween(check, ledger) };
  return { ...result, firstBreak: checksEmpty ? await breakOfEmpty(ledger) : null };
}

async function waitedIn(ledger: Ledger): Promise<ReadonlySet<string>> {
  const { granted, moved } = await waitingBlocks(ledger);
  return new Set([...granted, ...moved]);
}
