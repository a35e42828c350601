// The last heads that this machine saw, in a small file beside the record: a record that lost writes does not hold them.
import path from 'node:path';
import { CreditctlError } from '../errors.ts';
import { replaceFile } from '../platform/atomic-file.ts';
import { makeFolder } from '../platform/make-folder.ts';
import { readOwnFile } from '../platform/own-file.ts';
import { isJsonObject, type Json, type JsonObject, numberText, parseJson, writeJson } from '../wire/json.ts';
import { chainStart } from './chained-fact.ts';
import type { Account, Head, RecordStore } from './record.ts';

/** Where an account was last seen, and how far its chain went. */
interface Seen {
  readonly record: string;
  readonly account: number;
}

interface SeenFile {
  /** The id of the record under each name, such as a path. */
  readonly records: Readonly<Record<string, string>>;
  /** Heads by record and account. */
  readonly heads: Readonly<Record<string, Head>>;
  /** Where each target was last written to, by a hash of its key or the id of its ledger. */
  readonly targets: Readonly<Record<string, Seen>>;
  /** Where each profile last wrote to. */
  readonly profiles: Readonly<Record<string, Seen>>;
}

export const headsPath = (state: string): string => path.join(state, 'heads.json');

const headName = ({ record, account }: Seen): string => `${record} ${account}`;

const seenOf = ({ id }: Pick<RecordStore, 'id'>, account: Account): Seen => ({
  record: id,
  account: account.id,
});

/** What is seen of one target and one account of a record. */
export interface Sighting {
  readonly store: Pick<RecordStore, 'id' | 'name'>;
  readonly account: Account;
  /** A hash of the API key, or the id of the embedded ledger. */
  readonly target: string;
  readonly profile: string;
}

/** The heads of a state folder. A file that cannot be read, or is not there, has seen nothing. */
export class Heads {
  readonly #file: string;
  readonly #draft: string;

  /** @param state the folder of all that this tool keeps; @param pid of this process: two never write one draft */
  constructor(state: string, pid: number) {
    this.#file = headsPath(state);
    this.#draft = `${this.#file}.${pid}.new`;
  }

  /** The head that this machine last saw of an account; the start of the chain if it never did. */
  of(store: Pick<RecordStore, 'id'>, account: Account): Head {
    return this.#read().heads[headName(seenOf(store, account))] ?? chainStart;
  }

  /** The account that a profile last wrote to in this record; `undefined` if it never did. */
  lastOf(profile: string, { id }: Pick<RecordStore, 'id'>): number | undefined {
    const seen = this.#read().profiles[profile];
    return seen?.record === id ? seen.account : undefined;
  }

  /**
   * Throws a `refused` error if the writes of this account went to another record before, or if another record has come
   * into the place of this one. Whether the chain holds the last head is for the record to say.
   */
  check({ store, account, target }: Pick<Sighting, 'store' | 'account' | 'target'>): void {
    const { records, targets } = this.#read();
    const known = records[store.name];
    if (known !== undefined && known !== store.id) throw replaced(store.name);
    const seen = targets[target];
    if (seen === undefined) return;
    if (seen.record !== store.id) throw elsewhere(nameOf(seen.record, records), store.name);
    if (seen.account !== account.id) throw replaced(store.name);
  }

  /** Keeps a head. That it cannot be kept is no failure: a head that lags behind says less, nothing false. */
  keep({ store, account, target, profile }: Sighting, head: Head): void {
    const seen = seenOf(store, account);
    this.#change(({ records, heads, targets, profiles }) => ({
      records: { ...records, [store.name]: store.id },
      heads: { ...heads, [headName(seen)]: head },
      targets: { ...targets, [target]: seen },
      profiles: { ...profiles, [profile]: seen },
    }));
  }

  /**
   * Why this record is not the one that a profile, or any, wrote to before, as a sentence fragment; `undefined` if it is.
   * @param profile whose last writes may have gone to another record
   */
  problemOf({ name, id }: Pick<RecordStore, 'id' | 'name'>, profile?: string): string | undefined {
    const { records, profiles } = this.#read();
    const known = records[name];
    if (known !== undefined && known !== id) return 'is not the one that this machine wrote to';
    const last = profile === undefined ? undefined : profiles[profile]?.record;
    return last === undefined || last === id ? undefined : 'is not the one that this profile wrote to last';
  }

  /** From now on the record is the right one for the profile, and for all that another one of its name was for. */
  accept({ name, id }: Pick<RecordStore, 'id' | 'name'>, profile: string): void {
    this.#change(({ records, heads, targets, profiles }) => {
      const gone = new Set([records[name], profiles[profile]?.record].filter((each) => each !== id));
      const isLeft = ([, { record }]: readonly [string, Seen]): boolean => !gone.has(record);
      return {
        records: { ...records, [name]: id },
        heads,
        targets: Object.fromEntries(Object.entries(targets).filter(isLeft)),
        profiles: Object.fromEntries(Object.entries(profiles).filter(isLeft)),
      };
    });
  }

  /** Keeps the head of an account that was accepted. */
  keepHead(store: Pick<RecordStore, 'id'>, account: Account, head: Head): void {
    const name = headName(seenOf(store, account));
    this.#change((file) => ({ ...file, heads: { ...file.heads, [name]: head } }));
  }

  #change(next: (file: SeenFile) => SeenFile): void {
    try {
      // With a record elsewhere, nothing has made the folder yet.
      makeFolder(path.dirname(this.#file));
      const document = next(this.#read()) as unknown as JsonObject;
      replaceFile(this.#file, `${writeJson({ v: 1, ...document })}\n`, this.#draft);
    } catch {
      // The record itself is on the disk, which is what the caller was promised.
    }
  }

  #read(): SeenFile {
    try {
      const document = parseJson(readOwnFile(this.#file));
      if (!isJsonObject(document)) return nothingSeen;
      return {
        records: textsIn(document.records),
        heads: entriesOf(document.heads, headIn),
        targets: entriesOf(document.targets, seenIn),
        profiles: entriesOf(document.profiles, seenIn),
      };
    } catch {
      return nothingSeen;
    }
  }
}

const nothingSeen: SeenFile = { records: {}, heads: {}, targets: {}, profiles: {} };

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

function seenIn(value: Json): Seen | undefined {
  if (!isJsonObject(value) || typeof value.record !== 'string') return undefined;
  const account = Number(numberText(value.account));
  return Number.isSafeInteger(account) ? { record: value.record, account } : undefined;
}

const nameOf = (id: string, records: SeenFile['records']): string =>
  Object.entries(records).find(([, each]) => each === id)?.[0] ?? 'another record';

const accept = ['creditctl record status', 'If you know why, keep using it: creditctl record accept'];

const replaced = (name: string): CreditctlError =>
  new CreditctlError(
    'refused',
    `The record ${name} is not the one that this machine wrote to; nothing was sent`,
    {
      applied: 'no',
      next: accept,
    },
  );

const elsewhere = (before: string, now: string): CreditctlError =>
  new CreditctlError(
    'refused',
    `This account was last written to through ${before}, and now the record is ${now}; nothing was sent`,
    {
      applied: 'no',
      next: [
        'Use one record for an account: creditctl config set record <url>, or CREDITCTL_RECORD',
        ...accept,
      ],
    },
  );

/** The error for a record whose chain does not have the last head that this machine saw. */
export const lostWrites = (name: string, head: Head): CreditctlError =>
  new CreditctlError(
    'refused',
    `The record ${name} has lost writes: it does not hold link ${head.link}, which this machine saw`,
    {
      applied: 'no',
      next: ['Restore it, or find out what is missing: creditctl history audit --all', ...accept],
    },
  );
