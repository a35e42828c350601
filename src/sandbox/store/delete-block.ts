// Deletes a credit block: replays its ledger without the block and replaces the stored ledger.
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../database/driver.ts';
import type { Block } from '../ledger/model.ts';
import { type Clock, ledgerTime } from '../ledger/posting.ts';
import { replayWithout } from '../ledger/replay.ts';
import { settleCustomer, topUp } from './account.ts';
import { deleteBlockMetadata } from './block-metadata.ts';
import { allBlocks, insertBlock, type StoredBlock, updateBlock } from './blocks.ts';
import { allEntries } from './entries.ts';
import { cancelInvoices } from './invoice-life.ts';
import { ledgerByOrdinal, type StoredLedger, updateHead } from './ledgers.ts';
import { replaceUsage, usageBetween } from './usage.ts';
import { replaceEntries } from './write-entries.ts';

/** Call it within `database.write`. The cost grows with the ledger, because every entry is replayed. */
export function deleteBlock(
  database: Database,
  { stored, ledger }: { readonly stored: StoredBlock; readonly ledger: StoredLedger },
  clock: Clock,
): void {
  settleCustomer(database, ledger.customer, clock);
  const { head } = ledgerByOrdinal(database, ledger.ordinal) ?? ledger;
  const entries = allEntries(database, ledger.ordinal);
  const blocks = allBlocks(database, ledger.ordinal);
  const history = {
    currency: head.currency,
    entries,
    blocks: blocks.map(({ block }) => block),
    usage: usageBetween(database, ledger.ordinal, { first: 1, last: head.sequence }),
  };
  const replayed = replayWithout(history, stored.block.id, clock);
  replaceBlocks(database, blocks, { ledger: ledger.ordinal, blocks: replayed.blocks });
  replaceEntries(database, ledger.ordinal, { before: entries, after: replayed.entries });
  replaceUsage(database, ledger.ordinal, replayed);
  updateHead(database, ledger.ordinal, replayed.head);
  deleteBlockMetadata(database, stored.block.id);
  cancelInvoices(database, stored.block.id, clock);
  // Without the block the balance may reach the top-up's threshold: the top-up buys now, not in the past.
  const at = ledgerTime(replayed.head, clock.now);
  topUp(database, replayed.head, { ledger: ledger.ordinal, at, freshId: clock.freshId });
}

function replaceBlocks(
  database: Database,
  before: readonly StoredBlock[],
  { ledger, blocks }: { readonly ledger: number; readonly blocks: readonly Block[] },
): void {
  const known = new Map(before.map((stored) => [stored.block.id, stored]));
  const ordinals = ordinalsFor(database, known, blocks);
  const staying = new Set<string>();
  for (const [index, { id }] of blocks.entries()) {
    if (known.get(id)?.ordinal === ordinals[index]) staying.add(id);
  }
  const remove = database.prepare('DELETE FROM blocks WHERE ordinal = ?');
  for (const { ordinal, block } of before) {
    if (!staying.has(block.id)) remove.run(ordinal);
  }
  for (const [index, block] of blocks.entries()) {
    if (!staying.has(block.id)) {
      insertBlock(database, { ledger, ordinal: ordinals[index] ?? null }, block);
    } else if (!isDeepStrictEqual(known.get(block.id)?.block, block)) {
      updateBlock(database, block);
    }
  }
}

/**
 * Ordinals for replayed blocks in order of creation. Stored blocks share their old ordinals, in ascending order; new
 * blocks add freed ordinals or the next unused ones.
 */
function ordinalsFor(
  database: Database,
  known: ReadonlyMap<string, StoredBlock>,
  blocks: readonly Block[],
): readonly number[] {
  const free = new Set([...known.values()].map(({ ordinal }) => ordinal));
  const kept = blocks.flatMap(({ id }) => known.get(id)?.ordinal ?? []);
  for (const ordinal of kept) free.delete(ordinal);
  const row = database.prepare('SELECT max(ordinal) AS last FROM blocks').get();
  const next = Number(row?.last ?? 0) + 1;
  const beyond = Array.from({ length: blocks.length }, (_, index) => next + index);
  const additional = [...free, ...beyond].slice(0, blocks.length - kept.length);
  return [...kept, ...additional].sort((a, b) => a - b);
}
