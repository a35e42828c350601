// Reads one ledger once and sums up what moved it; the chain of its balances is checked on the way.

import type { LedgerEntry } from '../../credits/customer.ts';
import { type LedgerBreak, LedgerCheck } from '../../credits/ledger-check.ts';
import type { Decoded } from '../../orb/decode/records.ts';
import { Movements, type MovementsOptions, type MovementsResult } from '../../reports/movements.ts';
import { entriesOf, type Ledger, waitingBlocks } from '../every-ledger.ts';
import { breakBetween, breakOfEmpty } from '../ledger-breaks.ts';

export interface LedgerMovements extends MovementsResult, Pick<MovementsOptions, 'waited'> {
  /** The number of the newest entry seen; later ones do not count. `undefined` for an empty ledger. */
  readonly newest: number | undefined;
  /** The first entry that does not follow from the one before it. */
  readonly firstBreak: LedgerBreak | null;
}

export interface Reading extends Omit<MovementsOptions, 'waited'> {
  /** Whether the blocks are read where there is no entry: ones that hold credits show that the list leaves something out. */
  readonly checksEmpty: boolean;
  /** Called with each entry of the ledger, newest first. */
  readonly onEntry: (entry: Decoded<LedgerEntry>) => void;
  /** What the sums of an entry are kept apart by; default: one sum for all. */
  readonly groupOf?: ((entry: LedgerEntry) => string | null | Promise<string | null>) | undefined;
}

/**
 * The ledger as it was at the newest entry seen first: pages are read from there back, and later entries never come.
 * All of it is read, because an entry may be dated before the ones that precede it.
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
