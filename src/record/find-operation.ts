// Finds the write that an argument names: by its key or a prefix of it, by the id of its entry or request, or as `last`.
import { type CreditctlError, usageErrorAt } from '../errors.ts';
import type { AccountRecord, WriteWithTexts } from './record.ts';

/** Least length of a key prefix that may name a write. */
const prefixMin = 6;

/** The common prefix of the keys that this program makes for rows of batches and for undo writes. */
const madeWith = /^(?:batch|undo)-/;

/** The characters that a prefix needs; more beyond a common prefix, so the name `batch-4` is not one. */
const leastLength = (named: string): number => (madeWith.exec(named)?.[0].length ?? 0) + prefixMin;

/** The way out for a word that is too short to name a write by the beginning of its key; none for a longer one. */
export function tooShortHint(named: string): readonly string[] {
  const least = leastLength(named);
  return named.length >= least
    ? []
    : [`To name a write by the beginning of its key, give at least ${least} characters of it`];
}

/** The most keys that the error for an ambiguous prefix lists. */
const keysShownMax = 10;

/**
 * The write, or row of a batch, that the argument names; `undefined` if there is none. `last` is the newest write of the
 * same person. Throws a `usage` error if the argument names several writes.
 */
export async function findOperation(
  named: string,
  record: AccountRecord,
): Promise<WriteWithTexts | undefined> {
  if (named === 'last') return lastOf(await record.who(), record);
  const [exact, naming] = await Promise.all([record.write(named), record.writesNaming(named)]);
  const made = naming.find(({ key }) => key !== named);
  if (exact !== undefined && exact.entry !== null && made !== undefined)
    throw severalWrites(named, exact.entry, made.key);
  if (exact !== undefined || made !== undefined) return exact ?? made;
  if (named.length < leastLength(named)) return undefined;
  const begun = await record.writesBeginning(named, keysShownMax + 1);
  const [first, ...others] = begun.map(({ key }) => key);
  if (first === undefined || others.length === 0)
    return first === undefined ? undefined : record.write(first);
  throw severalKeys(named, [first, ...others]);
}

async function lastOf(who: string, record: AccountRecord): Promise<WriteWithTexts | undefined> {
  for await (const write of record.writes({ who })) return write;
  return undefined;
}

/** A key set by hand may be the id of another write's entry. */
function severalWrites(named: string, entry: string, key: string): CreditctlError {
  const problem = `"${named}" is the key of one write and the id of another`;
  return usageErrorAt('<operation>', problem, [
    `The write with this key made the entry ${entry}: name that entry`,
    `The other write has the key ${key}: name that key`,
  ]);
}

function severalKeys(named: string, keys: readonly string[]): CreditctlError {
  const list = keys.slice(0, keysShownMax).join(', ');
  return usageErrorAt('<operation>', `"${named}" is the beginning of several keys: ${list}`);
}
