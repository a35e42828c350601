// Which write of the journal is meant by a word: its key, the beginning of one, the id of what it made or of its request, or the last one.
import { type CreditctlError, usageError } from '../errors.ts';
import { historyOf, type JournalledWrite } from './journals.ts';

/** So many characters of a key are enough, if they fit only one. */
const prefixMin = 6;

/** What keys begin with that this program made for rows of batches and for undoings: it tells none from another. */
const madeWith = /^(?:batch|undo)-/;

/** Whether a key is meant by its beginning. A name that somebody gave, such as `batch-4`, is none. */
export function isBeginningOf(key: string, named: string): boolean {
  const own = madeWith.exec(key)?.[0].length ?? 0;
  return named.length >= own + prefixMin && key.startsWith(named);
}

/** Of several keys that are meant, so many are told. */
export const keysShownMax = 10;

/**
 * `undefined` if none is. Throws a `usage` error that lists the keys if several are.
 * @param writes oldest first; of one key at two hosts, the newer is meant
 */
export function findOperation(
  named: string,
  writes: readonly JournalledWrite[],
): JournalledWrite | undefined {
  const exact = writes.findLast(({ write }) => write.intent.key === named);
  if (exact !== undefined) return exact;
  if (named === 'last') return writes.at(-1);
  const made = writes.findLast((operation) => {
    const { entry, request_id } = historyOf(operation);
    return entry === named || request_id === named;
  });
  if (made !== undefined) return made;
  const begun = writes.filter(({ write }) => isBeginningOf(write.intent.key, named));
  const keys = [...new Set(begun.map(({ write }) => write.intent.key))];
  if (keys.length <= 1) return begun.at(-1);
  throw severalKeys(named, keys);
}

export function severalKeys(named: string, keys: readonly string[]): CreditctlError {
  const list = keys.slice(0, keysShownMax).join(', ');
  return usageError([
    { where: '<operation>', problem: `"${named}" is the beginning of several keys: ${list}` },
  ]);
}
