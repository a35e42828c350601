// Finds the write that an argument names: by its key or a prefix of it, by the id of its entry or request, or as `last`.
import { type CreditctlError, usageErrorAt } from '../errors.ts';
import type { AccountRecord, WriteWithTexts } from './record.ts';

/** Least length of a key prefix that may name a write. */
const prefixMin = 6;

/** The common prefix of the keys that this program makes for rows of batches and for undo writes. */
const madeWith = /^(?:batch|undo)-/;

/** Whether the argument is a prefix of the key, long enough beyond the common prefix. The name `batch-4` is not. */
function isBeginningOf(key: string, named: string): boolean {
  const own = madeWith.exec(key)?.[0].length ?? 0;
  return named.length >= own + prefixMin && key.startsWith(named);
}

/** The most keys that the error for an ambiguous prefix lists. */
const keysShownMax = 10;

/**
 * The write, or row of a batch, that the argument names; `undefined` if there is none. `last` is the newest write of the
 * same person. Throws a `usage` error that lists the keys if the argument is a prefix of several keys.
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
