// Which write of the record is meant by a word: its key, the beginning of one, the id of what it made or of its request, or the last one.
import { type CreditctlError, usageErrorAt } from '../errors.ts';
import type { AccountRecord, WriteWithTexts } from './record.ts';

/** So many characters of a key are enough, if they fit only one. */
const prefixMin = 6;

/** What keys begin with that this program made for rows of batches and for undoings: it is common to all of them. */
const madeWith = /^(?:batch|undo)-/;

/** Whether a key is meant by its beginning. A name that a person gave, such as `batch-4`, is none. */
function isBeginningOf(key: string, named: string): boolean {
  const own = madeWith.exec(key)?.[0].length ?? 0;
  return named.length >= own + prefixMin && key.startsWith(named);
}

/** Of several keys that begin alike, so many are listed. */
const keysShownMax = 10;

/**
 * The write, or row of a batch, that is meant; `undefined` if none is. `last` is the newest write of the same person.
 * Throws a `usage` error that lists the keys if several are meant.
 */
export async function findOperation(
  named: string,
  record: AccountRecord,
): Promise<WriteWithTexts | undefined> {
  const exact = await record.write(named);
  if (exact !== undefined) return exact;
  if (named === 'last') return lastOf(await record.who(), record);
  const [made] = await record.writesNaming(named);
  if (made !== undefined) return made;
  if (named.length < prefixMin) return undefined;
  const begun = (await record.writesBeginning(named, keysShownMax + 1)).filter(({ key }) =>
    isBeginningOf(key, named),
  );
  const [first, ...others] = begun.map(({ key }) => key);
  if (first === undefined || others.length === 0)
    return first === undefined ? undefined : record.write(first);
  throw severalKeys(named, [first, ...others]);
}

async function lastOf(who: string, record: AccountRecord): Promise<WriteWithTexts | undefined> {
  for await (const write of record.writes({ who })) return write;
  return undefined;
}

function severalKeys(named: string, keys: readonly string[]): CreditctlError {
  const list = keys.slice(0, keysShownMax).join(', ');
  return usageErrorAt('<operation>', `"${named}" is the beginning of several keys: ${list}`);
}
