// Derives the idempotency key of an undo write, so that every attempt at the same part has the same key.
import { createHash } from 'node:crypto';
import type { LedgerEntry } from '../credits/customer.ts';
import type { JsonObject } from '../wire/json.ts';

/** Prefix of every undo key. */
export const undoPrefix = 'undo-';

/** @param key of the single write whose part the step undoes */
export function undoKey(key: string, { entry_type: type, block_id: block }: JsonObject): string {
  // The undo of a decrement has a step for each block; any other undo has one step.
  return keyOf([key, type === 'amendment' ? String(block) : 'whole']);
}

/** The key for a row of a batch, the same in `undo` and in `batch undo`. @param row the row's key */
export function rowUndoKey(
  batch: string,
  row: string,
  { entry_type: type, block_id: block }: JsonObject,
): string {
  const kind = typeof block === 'string' ? `${String(type)} ${block}` : String(type);
  return keyOf(['creditctl batch undo 1', batch, row, kind]);
}

/** The default reason for a row's undo. The text never varies: requests under one key must be equal. */
export const rowUndoReason = (batch: string, row: number): string =>
  `Takes back row ${row} of batch ${batch}`;

const keyOf = (identity: readonly string[]): string =>
  undoPrefix + createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 40);

/**
 * Steps that could undo an entry, reduced to type and block, from which undo keys are made.
 * @param since later entries: an expiry change's new block is the block that a later expiry change moved credits out of
 */
export function stepsBack(
  { entry_type: type }: JsonObject,
  { credit_block: { id: block_id } }: LedgerEntry,
  since: readonly LedgerEntry[],
): readonly JsonObject[] {
  switch (type) {
    case 'increment':
      return [{ entry_type: 'void', block_id }];
    case 'decrement':
      return [{ entry_type: 'amendment', block_id }];
    case 'expiration_change':
      return since
        .filter(({ entry_type }) => entry_type === type)
        .map(({ credit_block }) => ({ entry_type: type, block_id: credit_block.id }));
    case 'void':
      return [{ entry_type: 'increment' }];
    default:
      return [{ entry_type: 'decrement' }];
  }
}
