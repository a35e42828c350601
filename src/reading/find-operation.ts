// Which write of the journal is meant by a word: its key, the beginning of one, the id of what it made or of its request, or the last one.
import { type CreditctlError, usageError } from '../errors.ts';
import { historyOf, type JournalledWrite } from './journals.ts';

/** So many characters of a key are enough, if they fit only one. */
export const prefixMin = 6;

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
  if (made !== undefined || named.length < prefixMin) return made;
  const begun = writes.filter(({ write }) => write.intent.key.startsWith(named));
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
