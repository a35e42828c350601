// The last heads that this machine saw, in a small file beside the record: a record that lost writes does not hold them.

import path from 'node:path';
import { type CreditctlError, notApplied } from '../errors.ts';
import { replaceFile } from '../platform/atomic-file.ts';
import { makeFolder } from '../platform/make-folder.ts';
import { readOwnFile } from '../platform/own-file.ts';
import { type JsonObject, parseJson, writeJson } from '../wire/json.ts';
import { chainStart } from './chained-fact.ts';
import type { Head } from './facts.ts';
import type { Account, RecordStore } from './record.ts';
import { nothingSeen, type Seen, type SeenFile, seenIn } from './seen-file.ts';

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
   * @param accounts all that the record has
   * @param profile whose last writes may have gone to another record
   */
  problemOf(
    store: Pick<RecordStore, 'id' | 'name'>,
    accounts: readonly Account[],
    profile?: string,
  ): string | undefined {
    const { records, profiles } = this.#read();
    const known = records[store.name];
    if (known !== undefined && known !== store.id) return 'is not the one that this machine wrote to';
    const last = profile === undefined ? undefined : profiles[profile]?.record;
    if (last !== undefined && last !== store.id) return 'is not the one that this profile wrote to last';
    const [missing] = this.#missing(store, accounts);
    return missing === undefined ? undefined : `has lost account ${missing}, which this machine saw`;
  }

  /** The same, and of a record whose chain does not hold a head that this machine saw. */
  async lossIn(store: RecordStore, accounts: readonly Account[]): Promise<string | undefined> {
    const problem = this.problemOf(store, accounts);
    if (problem !== undefined) return problem;
    for (const account of accounts) {
      const seen = this.of(store, account);
      if (seen.link !== chainStart.link && !(await store.of(account).holds(seen))) return 'has lost writes';
    }
    return undefined;
  }

  /** The numbers of accounts that this machine saw in the record, and that it does not have. */
  #missing({ id }: Pick<RecordStore, 'id'>, accounts: readonly Account[]): readonly number[] {
    const there = new Set(accounts.map((account) => headName({ record: id, account: account.id })));
    return Object.keys(this.#read().heads)
      .filter((name) => name.startsWith(`${id} `) && !there.has(name))
      .map((name) => Number(name.slice(id.length + 1)));
  }

  /**
   * From now on the record is the right one for the profile, and for all that another one of its name was for. An account
   * that is missing may come again under any number, and in the place of one whose chain was cut there may be another.
   * @param accounts all that the record has
   * @param cut those whose chain does not hold the head that was seen
   */
  accept(
    store: Pick<RecordStore, 'id' | 'name'>,
    profile: string,
    { accounts, cut }: { readonly accounts: readonly Account[]; readonly cut: readonly Account[] },
  ): void {
    const missing = new Set(this.#missing(store, accounts));
    const unsure = new Set([...missing, ...cut.map(({ id }) => id)]);
    const { name, id } = store;
    this.#change(({ records, heads, targets, profiles }) => {
      const gone = new Set([records[name], profiles[profile]?.record].filter((each) => each !== id));
      const without = <Each>(
        seen: Readonly<Record<string, Each>>,
        isGone: (each: Each, name: string) => boolean,
      ) => Object.fromEntries(Object.entries(seen).filter(([each, value]) => !isGone(value, each)));
      const isOf =
        (some: ReadonlySet<number>) =>
        ({ record, account }: Seen) =>
          gone.has(record) || (record === id && some.has(account));
      const lost = new Set([...missing].map((account) => headName({ record: id, account })));
      return {
        records: { ...records, [name]: id },
        heads: without(heads, (_, head) => lost.has(head)),
        targets: without(targets, isOf(unsure)),
        profiles: without(profiles, isOf(missing)),
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
      return seenIn(parseJson(readOwnFile(this.#file)));
    } catch {
      return nothingSeen;
    }
  }
}

const nameOf = (id: string, records: SeenFile['records']): string =>
  Object.entries(records).find(([, each]) => each === id)?.[0] ?? 'another record';

const accept = ['creditctl record status', 'If you know why, keep using it: creditctl record accept'];

const replaced = (name: string): CreditctlError =>
  notApplied(
    'refused',
    `The record ${name} is not the one that this machine wrote to; nothing was sent`,
    accept,
  );

const elsewhere = (before: string, now: string): CreditctlError =>
  notApplied(
    'refused',
    `This account was last written to through ${before}, and now the record is ${now}; nothing was sent`,
    ['Use one record for an account: creditctl config set record <url>, or CREDITCTL_RECORD', ...accept],
  );

/** The error for a record whose chain does not have the last head that this machine saw. */
export const lostWrites = (name: string, head: Head): CreditctlError =>
  notApplied(
    'refused',
    `The record ${name} has lost writes: it does not hold link ${head.link}, which this machine saw`,
    ['Restore it, or find out what is missing: creditctl history audit --all', ...accept],
  );
