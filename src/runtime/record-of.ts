// Opens the record of a profile, and in it the account of a connection or the accounts to read.
import { type CreditctlError, notApplied, usageErrorAt } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { credentialsPath, nameOfRecord, readConfig, readKept } from '../profiles/config-file.ts';
import { checkStateIsOwn, chooseRecord } from '../profiles/record-and-policy.ts';
import { isLoopback } from '../profiles/settings.ts';
import { accountOf, accountText, accountToRead, originOf, type Target } from '../record/accounts.ts';
import { sha256 } from '../record/chained-fact.ts';
import { Heads, lostWrites } from '../record/heads.ts';
import type { Account, AccountRecord, HeadWatch, RecordStore } from '../record/record.ts';
import { askKeychain, runCommand, warnOfReaders } from './api-key.ts';
import type { AccountFlags, GlobalFlags, ReadableRecord, Runtime } from './runtime.ts';

type RecordContext = Pick<
  Runtime,
  'env' | 'folders' | 'now' | 'system' | 'secrets' | 'interruption' | 'isAttended' | 'note' | 'keyOf'
>;

const choiceOf = (profile: string, { env, folders }: Pick<RecordContext, 'env' | 'folders'>) =>
  chooseRecord(profile, { env, config: readConfig(folders.config), folders });

/** Opens the record of a profile. */
export function openRecordOf(
  profile: string,
  purpose: 'read' | 'write',
  context: Omit<RecordContext, 'keyOf'>,
): Promise<RecordStore> {
  const { env, now, system, interruption } = context;
  return system.record(choiceOf(profile, context), {
    ...{ purpose, now, env, interruption },
    process: system.process,
    ...passwordSources(context),
  });
}

/** Opens the record for writes through a connection. Throws a `refused` error if other users could have changed the record. */
export function openRecordFor({ choice, target }: Connection, context: RecordContext): Promise<RecordStore> {
  // The embedded ledger moves no money.
  if (choice.kind === 'orb') checkStateIsOwn(context.folders);
  return openRecordOf(target.profile, 'write', context);
}

/** The sources of record passwords, and the function that masks each password. */
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
 * The account of a connection, ready for writes. Throws a `refused` error if the record lost writes that this machine
 * saw, was replaced by another record, or calls the account live although the profile says test.
 */
export async function accountRecordOf(
  store: RecordStore,
  connection: Connection,
  context: RecordContext,
): Promise<AccountRecord> {
  const target = await targetOf(connection, context);
  const account = await accountOf(store, target);
  const heads = new Heads(context.folders.state, context.system.process.runner.pid);
  const sighting = {
    store,
    account,
    target: targetName(target, connection.ledger()),
    profile: connection.target.profile,
  };
  await heads.check(sighting);
  const watch: HeadWatch = {
    seen: () => heads.of(store, account),
    keep: (head) => heads.keep(sighting, head),
    lost: (head) => lostWrites(store.name, head),
  };
  return store.of(account, { watch, ...ownKey(store, target) });
}

/** The hash of this run's API key: a write is sent again only under the API key that first sent it. */
const ownKey = (store: RecordStore, { apiKey }: Pick<Target, 'apiKey'>) =>
  apiKey === '' ? {} : { keyHash: store.keyHash(apiKey) };

/** The account of a connection, to read. */
async function readWith(
  { choice }: Pick<Connection, 'choice'>,
  { store, account }: { readonly store: RecordStore; readonly account: Account },
  { keyOf }: Pick<RecordContext, 'keyOf'>,
): Promise<AccountRecord> {
  const apiKey = choice.kind === 'sandbox' ? '' : await keyOf(choice);
  return store.of(account, ownKey(store, { apiKey }));
}

/**
 * The account of a connection, to read what the record says of its entries. Writes nothing; `undefined` if the record
 * does not know the account.
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
 * The account of the connection. A dry run writes nothing to the record: there it is `undefined` if the record does not
 * know the account. Throws what opening the record throws.
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
  return flags.dryRun === true
    ? recordOfConnection(connection, { flags, runtime })
    : runtime.record(connection);
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

/** The name of a target outside any record: it differs from key to key, and reveals no key. */
function targetName(target: Pick<Target, 'apiKey' | 'origin'>, ledger: string | undefined): string {
  // An API key is long and random, so it cannot be guessed from its plain hash.
  return ledger === undefined ? sha256(`creditctl ${target.origin} ${target.apiKey}`) : `ledger ${ledger}`;
}

/**
 * The targets that a profile may lead to: its API key, and the embedded ledgers in the record, to which a refused write
 * adds its own, also over HTTP. Sends no request.
 */
export async function targetsOf(
  accounts: readonly Account[],
  flags: GlobalFlags,
  { choice: choiceFor, keyOf }: Pick<Runtime, 'choice' | 'keyOf'>,
): Promise<readonly string[]> {
  const choice = choiceFor(flags);
  const ledgers = accounts.flatMap(({ ledger }) =>
    ledger === null ? [] : [targetName({ apiKey: '', origin: 'sandbox' }, ledger)],
  );
  if (choice.kind === 'sandbox') return ledgers;
  const apiKey = await keyOf(choice).catch(() => '');
  return [...ledgers, targetName({ apiKey, origin: originOf(choice.baseUrl) }, undefined)];
}

/**
 * The record of a profile to read, without key or network. Throws a `usage` error for an account that the record does not
 * have, and a `not-found` error if the profile never wrote.
 */
export async function readableRecordOf(
  flags: AccountFlags,
  runtime: Pick<Runtime, 'target'> & Omit<RecordContext, 'keyOf'>,
  ending?: CreditctlError,
): Promise<ReadableRecord> {
  if (flags.allAccounts === true && flags.account !== undefined)
    throw usageErrorAt('--all-accounts', 'cannot be used with --account');
  const { profile, kind, host } = runtime.target(flags);
  // A server that does not answer would delay the end by seconds.
  if (ending !== undefined && choiceOf(profile, runtime).kind === 'postgres') throw ending;
  const store = await openRecordOf(profile, 'read', runtime);
  try {
    const all = await store.accounts();
    const heads = new Heads(runtime.folders.state, runtime.system.process.runner.pid, 'read');
    const named = accountsNamed(all, flags);
    const last = named ?? all.filter(({ id }) => id === heads.lastOf(profile, store));
    // An embedded ledger may be served over HTTP, on this machine alone.
    const mayServe = kind !== 'sandbox' && isLoopback(new URL(`http://${host}`).hostname);
    const isOfKind = ({ mode }: Account): boolean => mode === kind || (mode === 'sandbox' && mayServe);
    const likely = last.length > 0 ? last : all.filter(isOfKind);
    const damage = named === undefined ? heads.damage() : undefined;
    if (damage !== undefined) {
      const text = `The record ${store.name} ${damage}. If you know why: creditctl record accept`;
      runtime.note({ text, data: { warning: text } });
    }
    // The account last written to is not known then, unless there is only one.
    const accounts = damage !== undefined && likely.length === 1 ? likely : last;
    return { store, all, accounts, likely, problem: () => heads.lossIn(store) };
  } catch (error) {
    // An open database connection would keep the process from ending.
    await store.close();
    throw error;
  }
}

/** The accounts that the flags name; `undefined` without such a flag. */
function accountsNamed(
  all: readonly Account[],
  { account, allAccounts }: AccountFlags,
): readonly Account[] | undefined {
  if (allAccounts === true) return all;
  if (account === undefined) return undefined;
  const named = all.filter(({ id }) => String(id) === account);
  if (named.length === 0) throw unknownAccount(account, all);
  return named;
}

/**
 * The error if this machine knows no account of the profile, so that nothing was checked.
 * @param profile its name
 * @param every the hint at all accounts, if the command can read them
 */
export const noAccountOf = (
  profile: string,
  every = ['Take every account: --all-accounts'],
): CreditctlError =>
  notApplied('not-found', `Profile ${profile} has not written to this record from here`, [
    'Name the account that creditctl record status lists: --account <number>',
    ...every,
  ]);

/** `account 1 (live at https://api.withorb.com)`. The number alone says little to a person. */
export const accountName = (account: Account): string => `account ${account.id} (${accountText(account)})`;

function unknownAccount(named: string, all: readonly Account[]): CreditctlError {
  const known = all.length === 0 ? 'it has none yet' : `it has ${all.map(accountName).join(', ')}`;
  return notApplied('usage', `--account: the record has no account "${named}" (${known})`, [
    'creditctl record status',
  ]);
}
