// Keeps the last heads that this machine saw in a small file, to notice a record that lost writes.

import path from 'node:path';
import { type CreditctlError, notApplied } from '../errors.ts';
import { errnoOf, reasonOf } from '../platform/machine-fault.ts';
import { readOwnFile } from '../platform/own-file.ts';
import { makeFolder, replaceFile } from '../platform/whole-file.ts';
import { type JsonObject, parseJson, writeJson } from '../wire/json.ts';
import { chainStart } from './chained-fact.ts';
import type { Head } from './facts.ts';
import type { Account, RecordStore } from './record.ts';
import { damagedFile, nothingSeen, type Seen, type SeenFile, seenIn } from './seen-file.ts';

export const headsPath = (state: string): string => path.join(state, 'heads.json');

const headName = ({ record, account }: Seen): string => `${record} ${account}`;

const seenOf = ({ id }: Pick<RecordStore, 'id'>, account: Account): Seen => ({
  record: id,
  account: account.id,
});

/** An account of a record, with the target and the profile under which this machine uses it. */
export interface Sighting {
  readonly store: Pick<RecordStore, 'id' | 'name' | 'of'>;
  readonly account: Account;
  /** A hash of the API key, or the id of the embedded ledger. */
  readonly target: string;
  readonly profile: string;
}

/**
 * The heads file of a state folder. A file that is missing counts as empty; one that cannot be read throws `unreadable`.
 * To a reader, a damaged one counts as empty too, and is a problem of the record.
 */
export class Heads {
  readonly #file: string;
  readonly #draft: string;
  readonly #isReader: boolean;

  /** @param state the state folder; @param pid of this process, which keeps its temporary file apart from others' */
  constructor(state: string, pid: number, purpose: 'read' | 'write' = 'write') {
    this.#isReader = purpose === 'read';
    this.#file = headsPath(state);
    this.#draft = `${this.#file}.${pid}.new`;
  }

  /** For a reader: that the file is damaged, as the rest of a sentence about the record; `undefined` if it is whole. */
  damage(): string | undefined {
    return this.#read() === damagedFile
      ? `cannot be checked for lost writes: ${this.#file} is damaged`
      : undefined;
  }

  /** The head of an account that this machine saw last; the start of the chain if it saw none. */
  of(store: Pick<RecordStore, 'id'>, account: Account): Head {
    return this.#read().heads[headName(seenOf(store, account))] ?? chainStart;
  }

  /** The account of this record that a profile wrote to last; `undefined` if it wrote elsewhere, or never. */
  lastOf(profile: string, { id }: Pick<RecordStore, 'id'>): number | undefined {
    const seen = this.#read().profiles[profile];
    return seen?.record === id ? seen.account : undefined;
  }

  /**
   * Throws a `refused` error if earlier writes of this account went to another record, or if another record replaced this
   * one. Does not look at the chain: `append` checks that it contains the last head.
   */
  async check({ store, account, target }: Omit<Sighting, 'profile'>): Promise<void> {
    const { records, targets } = this.#read();
    const known = records[store.name];
    if (known !== undefined && known !== store.id) throw replaced(store.name);
    const seen = targets[target];
    if (seen === undefined) return;
    if (seen.record !== store.id) throw elsewhere(nameOf(seen.record, records), store.name);
    // A key moves to another account of the record if two accounts turn out to be one: then the former one is still whole.
    const former = { ...account, id: seen.account };
    if (former.id !== account.id && (await this.lostHead(store, former)) !== undefined)
      throw replaced(store.name);
  }

  /** Keeps a head. A head that cannot be kept is no failure: an older head proves less, but nothing false. */
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
   * Why this is not the record that this machine or profile wrote to, as the rest of a sentence; `undefined` if it is.
   * @param own a profile and targets whose last writes must have gone to this record
   */
  async problemOf(
    store: Pick<RecordStore, 'id' | 'name' | 'accounts'>,
    own: { readonly profile?: string; readonly targets?: readonly string[] } = {},
  ): Promise<string | undefined> {
    const damage = this.damage();
    if (damage !== undefined) return damage;
    const { records, profiles, targets } = this.#read();
    const known = records[store.name];
    if (known !== undefined && known !== store.id) return 'is not the one that this machine wrote to';
    const isHere = (seen: Seen | undefined): boolean => seen === undefined || seen.record === store.id;
    if (!isHere(profiles[own.profile ?? ''])) return 'is not the one that this profile wrote to last';
    if (own.targets?.every((target) => isHere(targets[target])) === false)
      return 'is not the one that this account was last written to through';
    const [missing] = await this.#missing(store);
    return missing === undefined ? undefined : `has lost account ${missing}, which this machine saw`;
  }

  /** As `problemOf`; also checks that each chain contains the head that this machine saw. */
  async lossIn(store: RecordStore): Promise<string | undefined> {
    const problem = await this.problemOf(store);
    if (problem !== undefined) return problem;
    for (const account of await store.accounts())
      if ((await this.lostHead(store, account)) !== undefined) return 'has lost writes';
    return undefined;
  }

  /** The head of an account that this machine saw last, if the chain lacks it now. */
  async lostHead(store: Pick<RecordStore, 'id' | 'of'>, account: Account): Promise<Head | undefined> {
    const seen = this.of(store, account);
    return (await store.of(account).holds(seen)) ? undefined : seen;
  }

  /**
   * The ids of accounts that this machine saw in the record, and that the record lacks now. The heads are read first,
   * because another process may add an account at any time.
   */
  async #missing(store: Pick<RecordStore, 'id' | 'accounts'>): Promise<readonly number[]> {
    const { id } = store;
    const seen = Object.keys(this.#read().heads);
    const accounts = await store.accounts();
    const there = new Set(accounts.map((account) => headName({ record: id, account: account.id })));
    return seen
      .filter((name) => name.startsWith(`${id} `) && !there.has(name))
      .map((name) => Number(name.slice(id.length + 1)));
  }

  /**
   * Accepts the record for the profile and its targets, and in place of any earlier record of the same name. Forgets the
   * targets of missing and cut accounts, because their ids may now stand for other accounts.
   * @param cut the accounts whose chain lacks the head that this machine saw
   */
  async accept(
    store: Pick<RecordStore, 'id' | 'name' | 'accounts'>,
    { profile, targets: own }: Pick<Sighting, 'profile'> & { readonly targets: readonly string[] },
    cut: readonly Account[],
  ): Promise<void> {
    const missing = new Set(await this.#missing(store));
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
        targets: without(targets, (seen, target) => own.includes(target) || isOf(unsure)(seen)),
        profiles: without(profiles, isOf(missing)),
      };
    });
  }

  /** Keeps the head of an accepted account. */
  keepHead(store: Pick<RecordStore, 'id'>, account: Account, head: Head): void {
    const name = headName(seenOf(store, account));
    this.#change((file) => ({ ...file, heads: { ...file.heads, [name]: head } }));
  }

  #change(next: (file: SeenFile) => SeenFile): void {
    try {
      // With a record on PostgreSQL, the state folder may not exist yet.
      makeFolder(path.dirname(this.#file));
      const document = next(this.#read()) as unknown as JsonObject;
      replaceFile(this.#file, `${writeJson({ v: 1, ...document })}\n`, this.#draft);
    } catch {
      // The caller relies only on the record, which is on the disk.
    }
  }

  #read(): SeenFile {
    try {
      const text = readOwnFile(this.#file);
      // A power cut may leave it empty.
      return text === '' ? nothingSeen : seenIn(parseJson(text));
    } catch (error) {
      // Not there, or in a folder that is closed to this user, so this user wrote none.
      if ((error as NodeJS.ErrnoException).syscall === 'stat') return nothingSeen;
      if (this.#isReader && errnoOf(error) === undefined) return damagedFile;
      throw unreadable(this.#file, error);
    }
  }
}

const nameOf = (id: string, records: SeenFile['records']): string =>
  Object.entries(records).find(([, each]) => each === id)?.[0] ?? 'another record';

/** Counting it as empty would let a record that lost writes pass, and the next head would replace all that it holds. */
function unreadable(file: string, error: unknown): CreditctlError {
  const errno = errnoOf(error);
  const why = errno === undefined ? 'it is damaged' : reasonOf(errno);
  return notApplied(
    'refused',
    `${file} shows whether the record has lost writes, and cannot be read: ${why}`,
    [audit, ...(errno === undefined ? accept : ['Give yourself access to it'])],
  );
}

const audit = 'Compare the record with the ledger: creditctl history audit --all';
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
    [
      'Use one record for an account: creditctl config set record <url>',
      'Or set CREDITCTL_RECORD',
      ...accept,
    ],
  );

/** The error for a record whose chain lacks the last head that this machine saw. */
export const lostWrites = (name: string, head: Head): CreditctlError =>
  notApplied(
    'refused',
    `The record ${name} has lost writes: it does not hold link ${head.link}, which this machine saw`,
    ['Restore it, or find the entries that it lost: creditctl history audit --all', ...accept],
  );
