// Decodes the file of heads, and skips each part that is not valid.

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

export function seenIn(document: Json): SeenFile {
  if (!isJsonObject(document)) return nothingSeen;
  return {
    records: textsIn(document.records),
    heads: entriesOf(document.heads, headIn),
    targets: entriesOf(document.targets, placeIn),
    profiles: entriesOf(document.profiles, placeIn),
  };
}

function entriesOf<Value>(
  document: Json | undefined,
  read: (value: Json) => Value | undefined,
): Readonly<Record<string, Value>> {
  if (!isJsonObject(document)) return {};
  return Object.fromEntries(
    Object.entries(document).flatMap(([name, value]) => {
      const known = value === undefined ? undefined : read(value);
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

const textsIn = (document: Json | undefined): Readonly<Record<string, string>> =>
  entriesOf(document, (value) => (typeof value === 'string' ? value : undefined));

function headIn(value: Json): Head | undefined {
  if (!isJsonObject(value) || typeof value.hash !== 'string' || !/^[0-9a-f]{64}$/.test(value.hash))
    return undefined;
  const link = Number(numberText(value.link));
  return Number.isSafeInteger(link) ? { link, hash: value.hash } : undefined;
}

function placeIn(value: Json): Seen | undefined {
  if (!isJsonObject(value) || typeof value.record !== 'string') return undefined;
  const account = Number(numberText(value.account));
  return Number.isSafeInteger(account) ? { record: value.record, account } : undefined;
}
