// Whether the entries that were read are all that there are, as far as the balances and the blocks of the ledger show.

import { type LedgerBreak, LedgerCheck } from '../credits/ledger-check.ts';
import { blocksOf, type LedgerPlace, newestEntry } from './every-ledger.ts';

/** The first entry that does not follow from the one before it. The blocks are read only where a balance changed without one. */
export async function breakBetween(check: LedgerCheck, ledger: LedgerPlace): Promise<LedgerBreak | null> {
  if (!check.hasJumps) return null;
  return check.endOfEntries(await blocksIn(ledger, { all: true }), ledger.connection.now()).firstBreak;
}

/** What shows that a ledger whose list was empty has entries: blocks that hold credits. */
export async function breakOfEmpty(ledger: LedgerPlace): Promise<LedgerBreak | null> {
  const blocks = await blocksIn(ledger, { all: false });
  const { firstBreak } = new LedgerCheck().end(blocks, ledger.connection.now());
  if (firstBreak === null) return null;
  // Its first entry may have come after the list.
  return (await newestEntry(ledger)) === undefined ? firstBreak : null;
}

async function blocksIn(ledger: LedgerPlace, which: { readonly all: boolean }) {
  const blocks = [];
  for await (const { record } of blocksOf(ledger, which)) blocks.push(record);
  return blocks;
}
