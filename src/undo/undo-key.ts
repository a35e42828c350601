// The idempotency key of a write that takes another one back: the same for the same part, however often it is tried.
import { createHash } from 'node:crypto';

/**
 * @param key of the write that is taken back
 * @param part what of it, where it moved more than one block: the block's id
 */
export function undoKey(key: string, part: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([key, part]))
    .digest('hex');
  return `undo-${hash.slice(0, 40)}`;
}
