// Opens the record that serves a profile, and the account in it: one that a connection leads to, or one to read.
import { type CreditctlError, notApplied, usageErrorAt } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { checkStateIsOwn, chooseRecord } from '../profiles/choose-record.ts';
import { credentialsPath, nameOfRecord, readConfig, readKept } from '../profiles/config-file.ts';
import { accountOf, accountToRead, originOf, type Target } from '../record/accounts.ts';
import { sha256 } from '../record/chained-fact.ts';
import { Heads, lostWrites } from '../record/heads.ts';
import type { Account, AccountRecord, HeadWatch, RecordStore } from '../record/record.ts';
import { askKeychain, runCommand, warnOfReaders } from './api-key.ts';
import type { GlobalFlags, Runtime } from './runtime.ts';

type RecordContext = Pick<
  Runtime,
  'env' | 'folders' | 'now' | 'parts' | 'secrets' | 'interruption' | 'isAttended' | 'note' | 'keyOf'
>;

/** A record that can be read, and the accounts in question. */
export interface ReadableRecord {
  readonly store: RecordStore;
  /** The account that the profile last wrote to, the one that was named, or all of them. */
  readonly accounts: readonly Account[];
  /**
   * The same; on a machine from which the profile never wrote, the accounts of its mode, in which colleagues may have
   * written: which of them it leads to is not known without a connection.
   */
  readonly likely: readonly Account[];
  /** All that the record has. */
  readonly all: readonly Account[];
  /** Why writes are refused until it is accepted, as the rest of a sentence; `undefined` if it is as this machine saw it. */
  readonly problem: () => Promise<string | undefined>;
}

export interface AccountFlags extends GlobalFlags {
  /** The number of an account, as `record status` lists it. */
  readonly account?: string;
  readonly allAccounts?: boolean;
}

/** Opens the record that serves a profile. */
export function openRecordOf(
  profile: string,
  purpose: 'read' | 'write',
  context: Omit<RecordContext, 'keyOf'>,
): Promise<RecordStore> {
  const { env, folders, now, parts } = context;
  const choice = chooseRecord(profile, { env, config: readConfig(folders.config), folders });
  return parts.record(choice, {
    purpose,
    now,
    env,
    process: parts.process,
    ...passwordSources(context),
  });
}

/** Opens the record for writes through a connection. Throws a `refused` error where others could have changed what it says. */
export function openRecordFor({ choice, place }: Connection, context: RecordContext): Promise<RecordStore> {
  // The embedded ledger moves no money.
  if (choice.kind === 'orb') checkStateIsOwn(context.folders);
  return openRecordOf(place.profile, 'write', context);
}

/** Where passwords of records come from, and who learns them. */
export const passwordSources = (context: Omit<RecordContext, 'keyOf'>) => ({
  home: context.folders.home,
  learn: context.secrets.learn,
  runCommand: (command: string) => runCommand(command, 'record_password_command', context),
  keptPassword: async (profile: string) => {
    const folder = context.folders.config;
    const kept = readKept(folder, nameOfRecord(profile));
    if (kept === undefined) return undefined;
    if (kept.source === 'key file') warnOfReaders(credentialsPath(folder), context);
    const { fetchPassword } = await import('../profiles/fetch-key.ts');
    return fetchPassword(kept, profile, { askKeychain: (request) => askKeychain(request, context) });
  },
});

/**
 * The account that a connection leads to, ready to be written to. Throws a `refused` error if the record has lost writes
 * that this machine saw, is another one than before, or calls the account live where the profile says test.
 */
export async function accountRecordOf(
  store: RecordStore,
  connection: Connection,
  context: RecordContext,
): Promise<AccountRecord> {
  const target = await targetOf(connection, context);
  const account = await accountOf(store, target);
  const heads = new Heads(context.folders.state, context.parts.process.runner.pid);
  const sighting = {
    store,
    account,
    target: targetName(target, connection),
    profile: connection.place.profile,
  };
  heads.check(sighting);
  const watch: HeadWatch = {
    seen: () => heads.of(store, account),
    keep: (head) => heads.keep(sighting, head),
    lost: (head) => lostWrites(store.name, head),
  };
  return store.of(account, { watch, ...ownKey(store, target) });
}

/** A write is sent again only under the key that began it, so what reads the record has to know its own. */
const ownKey = (store: RecordStore, { apiKey }: Pick<Target, 'apiKey'>) =>
  apiKey === '' ? {} : { keyHash: store.keyHash(apiKey) };

/** An account to read that a connection is known to lead to. */
async function readWith(
  { choice }: Pick<Connection, 'choice'>,
  { store, account }: { readonly store: RecordStore; readonly account: Account },
  { keyOf }: Pick<RecordContext, 'keyOf'>,
): Promise<AccountRecord> {
  const apiKey = choice.kind === 'sandbox' ? '' : await keyOf(choice);
  return store.of(account, ownKey(store, { apiKey }));
}

/**
 * The account that a connection leads to, to read what is recorded of its entries. Writes nothing; `undefined` if the
 * record does not know the account.
 */
export async function recordOfConnection(
  connection: Connection,
  {
    flags,
    runtime,
  }: { readonly flags: GlobalFlags; readonly runtime: Pick<Runtime, 'recordToRead'> & RecordContext },
): Promise<AccountRecord | undefined> {
  const { store } = await runtime.recordToRead({ ...flags, allAccounts: true });
  const account = await accountToRead(store, await targetOf(connection, runtime));
  return account && readWith(connection, { store, account }, runtime);
}

/**
 * The account that the connection leads to. A dry run notes nothing of it: it takes the one that the profile last wrote to
 * from here, else the one that the connection is recognised by; `undefined` if the record does not know it. Throws what
 * opening the record throws.
 */
export async function recordFor({
  connection,
  flags,
  runtime,
}: {
  readonly connection: Connection;
  readonly flags: GlobalFlags & { readonly dryRun?: boolean };
  readonly runtime: Runtime;
}): Promise<AccountRecord | undefined> {
  if (flags.dryRun !== true) return runtime.record(connection);
  const { store, accounts } = await runtime.recordToRead(flags);
  const ledger = connection.ledger();
  // The profile may have led to another ledger before; before the first answer it is not known which one.
  const account = accounts.find((each) => ledger === undefined || each.ledger === ledger);
  return account === undefined
    ? recordOfConnection(connection, { flags, runtime })
    : readWith(connection, { store, account }, runtime);
}

async function targetOf({ choice, api, ledger }: Connection, { keyOf }: RecordContext): Promise<Target> {
  const someCustomers = async (max: number): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const { record } of api.customers({ limit: max })) ids.push(record.id);
    return ids;
  };
  const asked = { ledger, someCustomers, hasCustomer: api.opensCustomer };
  if (choice.kind === 'sandbox') return { ...asked, origin: 'sandbox', mode: 'test', apiKey: '' };
  return { ...asked, origin: originOf(choice.baseUrl), mode: choice.mode, apiKey: await keyOf(choice) };
}

/** The name of a target outside any record: it differs from key to key, and gives none away. */
function targetName({ apiKey, origin }: Target, { ledger }: Connection): string {
  const id = ledger();
  // An API key is long and random, so it cannot be guessed from its plain hash.
  return id === undefined ? sha256(`creditctl ${origin} ${apiKey}`) : `ledger ${id}`;
}

/**
 * The record of a profile to read, without key or network. Throws a `usage` error for an account that it does not have,
 * and a `not-found` error if the profile never wrote.
 */
export async function readableRecordOf(
  flags: AccountFlags,
  runtime: Pick<Runtime, 'place'> & Omit<RecordContext, 'keyOf'>,
): Promise<ReadableRecord> {
  if (flags.allAccounts === true && flags.account !== undefined)
    throw usageErrorAt('--all-accounts', 'cannot be used with --account');
  const { profile, kind } = runtime.place(flags);
  const store = await openRecordOf(profile, 'read', runtime);
  try {
    const all = await store.accounts();
    const heads = new Heads(runtime.folders.state, runtime.parts.process.runner.pid);
    const accounts = accountsAmong(all, flags, () => heads.lastOf(profile, store));
    const likely = accounts.length > 0 ? accounts : all.filter(({ mode }) => mode === kind);
    return { store, all, accounts, likely, problem: () => heads.lossIn(store, all) };
  } catch (error) {
    // A connection that is left open keeps the process from ending.
    await store.close();
    throw error;
  }
}

/** @param last the id of the account that the profile last wrote to */
function accountsAmong(
  all: readonly Account[],
  { account, allAccounts }: AccountFlags,
  last: () => number | undefined,
): readonly Account[] {
  if (allAccounts === true) return all;
  const id = account ?? String(last());
  const named = all.filter((known) => String(known.id) === id);
  if (account !== undefined && named.length === 0) throw unknownAccount(account, all);
  return named;
}

/**
 * This machine does not know of any account of the profile, so nothing was looked at.
 * @param profile its name
 * @param every what takes all accounts, where the command can
 */
export const noAccountOf = (
  profile: string,
  every = ['Take every account: --all-accounts'],
): CreditctlError =>
  notApplied('not-found', `Profile ${profile} has not written to this record from here`, [
    'Name the account that creditctl record status lists: --account <number>',
    ...every,
  ]);

function unknownAccount(named: string, all: readonly Account[]): CreditctlError {
  const known = all.length === 0 ? 'it has none yet' : `it has ${all.map(({ id }) => id).join(', ')}`;
  return notApplied('usage', `--account: the record has no account "${named}" (${known})`, [
    'creditctl record status',
  ]);
}
