// The idempotency key of a write that undoes another: the same for the same part, however often it is tried.
import { createHash } from 'node:crypto';
import type { LedgerEntry } from '../credits/customer.ts';
import type { JsonObject } from '../wire/json.ts';

/** How every such key begins. */
export const undoPrefix = 'undo-';

/** @param key of the single write that a step takes a part of back */
export function undoKey(key: string, { entry_type: type, block_id: block }: JsonObject): string {
  // A decrement has a part for each of its blocks, and any other write is one.
  return keyOf([key, type === 'amendment' ? String(block) : 'whole']);
}

/** The same for a row of a batch, whether it is taken back by itself or with all others. @param row its key */
export function rowUndoKey(
  batch: string,
  row: string,
  { entry_type: type, block_id: block }: JsonObject,
): string {
  const kind = typeof block === 'string' ? `${String(type)} ${block}` : String(type);
  return keyOf(['creditctl batch undo 1', batch, row, kind]);
}

/** The default reason for the undo of a row. It is the same every time, as writes under one key must be equal. */
export const rowUndoReason = (batch: string, row: number): string =>
  `Takes back row ${row} of batch ${batch}`;

const keyOf = (identity: readonly string[]): string =>
  undoPrefix + createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 40);

/**
 * Steps of an inverse any of which takes an entry back, by what keys are made of: their type and block.
 * @param since later entries: the block that a change of expiry made is known by what was moved back out of it
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
