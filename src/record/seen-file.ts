// Decodes the file of heads, as a whole: without one of its parts, a record that lost writes could pass.

import { isJsonObject, type Json, numberText } from '../wire/json.ts';
import type { Head } from './facts.ts';

/** An account of a record. */
export interface Seen {
  readonly record: string;
  readonly account: number;
}

export interface SeenFile {
  /** From a record's name, such as `SQLite /…/record.db`, to its id. */
  readonly records: Readonly<Record<string, string>>;
  /** The last head of each account, by `<record id> <account id>`. */
  readonly heads: Readonly<Record<string, Head>>;
  /** The account that each target wrote to last, by the hash of its API key or the id of its ledger. */
  readonly targets: Readonly<Record<string, Seen>>;
  /** The account that each profile wrote to last. */
  readonly profiles: Readonly<Record<string, Seen>>;
}

export const nothingSeen: SeenFile = { records: {}, heads: {}, targets: {}, profiles: {} };

/** What a reader gets of a damaged file, which proves nothing. */
export const damagedFile: SeenFile = { ...nothingSeen };

/** @throws TypeError for a part that is not valid */
export function seenIn(document: Json): SeenFile {
  if (!isJsonObject(document)) throw new TypeError('the file of heads is no object');
  return {
    records: textsIn(document.records),
    heads: entriesOf(document.heads, headIn),
    targets: entriesOf(document.targets, placeIn),
    profiles: entriesOf(document.profiles, placeIn),
  };
}

function entriesOf<Value>(
  document: Json = {},
  read: (value: Json | undefined) => Value | undefined,
): Readonly<Record<string, Value>> {
  if (!isJsonObject(document)) throw new TypeError('a part of the file of heads is no object');
  return Object.fromEntries(
    Object.entries(document).map(([name, value]) => {
      const known = read(value);
      if (known === undefined) throw new TypeError(`what the file of heads says of ${name} is not valid`);
      return [name, known];
    }),
  );
}

const textsIn = (document: Json | undefined): Readonly<Record<string, string>> =>
  entriesOf(document, (value) => (typeof value === 'string' ? value : undefined));

function headIn(value: Json | undefined): Head | undefined {
  if (!isJsonObject(value) || typeof value.hash !== 'string' || !/^[0-9a-f]{64}$/.test(value.hash))
    return undefined;
  const link = Number(numberText(value.link));
  return Number.isSafeInteger(link) ? { link, hash: value.hash } : undefined;
}

function placeIn(value: Json | undefined): Seen | undefined {
  if (!isJsonObject(value) || typeof value.record !== 'string') return undefined;
  const account = Number(numberText(value.account));
  return Number.isSafeInteger(account) ? { record: value.record, account } : undefined;
}
