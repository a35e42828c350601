// Checks whether the API listed every entry of a ledger, as far as balances and blocks show a gap.

import type { Instant } from '../credits/exact.ts';
import { type LedgerBreak, LedgerCheck } from '../credits/ledger-check.ts';
import { blocksOf, type LedgerPlace, newestEntry } from './every-ledger.ts';

/**
 * The first entry that does not follow from the entry before it. Reads blocks only if a balance jumps between entries.
 * @param since breaks at older entries do not count
 */
export async function breakBetween(
  check: LedgerCheck,
  ledger: LedgerPlace,
  since?: Instant,
): Promise<LedgerBreak | null> {
  if (!check.hasJumps) return null;
  const blocks = await blocksIn(ledger, { all: true });
  return check.endOfEntries(blocks, ledger.connection.now(), since).firstBreak;
}

/** The evidence that a ledger with an empty list has entries: blocks that hold credits. */
export async function breakOfEmpty(ledger: LedgerPlace): Promise<LedgerBreak | null> {
  const blocks = await blocksIn(ledger, { all: false });
  const { firstBreak } = new LedgerCheck().end(blocks, ledger.connection.now());
  if (firstBreak === null) return null;
  // The first entry of the ledger may have come after the list.
  return (await newestEntry(ledger)) === undefined ? firstBreak : null;
}

async function blocksIn(ledger: LedgerPlace, which: { readonly all: boolean }) {
  const blocks = [];
  for await (const { record } of blocksOf(ledger, which)) blocks.push(record);
  return blocks;
}
