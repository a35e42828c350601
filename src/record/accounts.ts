// Which account a connection leads to. A known key costs no request; an unknown one is recognised by the customers it opens.
import { CreditctlError, notApplied } from '../errors.ts';
import type { Account, RecordStore } from './record.ts';

/** Where a connection leads, and what it can be asked to recognise the account. */
export interface Target {
  /** See `originOf`. */
  readonly origin: string;
  /** What the profile says of its key. */
  readonly mode: 'live' | 'test';
  /** The id that an embedded ledger gives itself; `undefined` for any other API, and before its first answer. */
  readonly ledger: () => string | undefined;
  /** The API key; empty for an embedded ledger in this process, which needs none. */
  readonly apiKey: string;
  /** The API's own ids of up to so many customers. Throws what the API's refusal says. */
  readonly someCustomers: (max: number) => Promise<readonly string[]>;
  /**
   * Whether the key opens such a customer, deleted or not. False only if the API itself says that there is none; throws
   * for any other answer, which proves nothing.
   */
  readonly hasCustomer: (id: string) => Promise<boolean>;
}

/** So many customers are enough to recognise an account. */
const customersMax = 3;

/** Orb's own hosts are one origin, since all of its accounts share them; any other origin is another account. */
export function originOf(baseUrl: string): string {
  const { origin, hostname } = new URL(baseUrl);
  return /^api\.(?:bill)?withorb\.com$/.test(hostname) ? 'https://api.withorb.com' : origin;
}

/**
 * The account that the target is, noted in the record if it is new. Throws a `refused` error if the profile calls live
 * what the record knows as test or the other way round, and what the API's answer says if it proves nothing: then the
 * account is not known, and nothing may be sent.
 */
export async function accountOf(store: RecordStore, target: Target): Promise<Account> {
  const { apiKey, origin, mode } = target;
  const ofLedger = await ledgerAccount(store, target);
  if (ofLedger !== undefined) return ofLedger;
  const keyHash = store.keyHash(apiKey);
  const ofKey = await store.accountOfKey(origin, keyHash);
  if (ofKey !== undefined) return checkedMode(await joined(store, ofKey, target), mode);
  const customers = await firstCustomers(store, target);
  const named = await ledgerAccount(store, target);
  if (named !== undefined) return named;
  const known = await recognised(store, target);
  if (known === undefined)
    return checkedMode(await store.addAccount({ origin, mode, ledger: null }, { keyHash, customers }), mode);
  checkedMode(known, mode);
  await store.linkKey(known, { keyHash });
  return known;
}

/** The same for a report: nothing is noted, and it is `undefined` for an account that the record does not know. */
export async function accountToRead(store: RecordStore, target: Target): Promise<Account | undefined> {
  if (target.ledger() === undefined) {
    const known = await store.accountOfKey(target.origin, store.keyHash(target.apiKey));
    const found = known ?? (await recognised(store, target));
    if (found !== undefined) return found;
    // An embedded ledger over HTTP names itself in an answer, and it may be that nothing was asked yet.
    const accounts = await store.accounts();
    if (accounts.some(({ ledger }) => ledger !== null)) await firstCustomers(store, target);
  }
  const ledger = target.ledger();
  return ledger === undefined ? undefined : store.accountOfLedger(ledger);
}

/**
 * The customers of a new account. An API that answers no list names none, which matters only where the record knows
 * another account that this could be.
 */
async function firstCustomers(
  store: RecordStore,
  { origin, someCustomers }: Target,
): Promise<readonly string[]> {
  try {
    return await someCustomers(customersMax);
  } catch (error) {
    const isOtherDocument =
      error instanceof CreditctlError && error.kind === 'server' && error.facts.status === undefined;
    const isOnly = (await store.accounts()).every((account) => account.origin !== origin);
    if (isOtherDocument && isOnly) return [];
    throw error;
  }
}

/** The account of the embedded ledger that answers; `undefined` for any other API. */
async function ledgerAccount(store: RecordStore, { ledger }: Target): Promise<Account | undefined> {
  const id = ledger();
  if (id === undefined) return undefined;
  const known = await store.accountOfLedger(id);
  return known ?? store.addAccount({ origin: 'sandbox', mode: 'sandbox', ledger: id });
}

/** The account of this origin whose customers the key opens; `undefined` if it opens none of any. */
async function recognised(store: RecordStore, { origin, hasCustomer }: Target): Promise<Account | undefined> {
  for (const account of await store.accounts()) {
    if (account.origin !== origin) continue;
    for (const id of await store.of(account).customers(customersMax))
      if (await hasCustomer(id)) return account;
  }
  return undefined;
}

/** An account that was empty is known by its key alone, until its first customer shows whether it is another one's. */
async function joined(store: RecordStore, account: Account, target: Target): Promise<Account> {
  const own = await store.of(account).customers(1);
  if (own.length > 0) return account;
  const customers = await target.someCustomers(customersMax);
  if (customers.length === 0) return account;
  for (const other of await store.accounts()) {
    if (other.origin !== account.origin) continue;
    const known = new Set(await store.of(other).customers(customersMax));
    if (!customers.some((id) => known.has(id)) && !(await opensOne(known, target))) continue;
    await store.linkKey(other, { keyHash: store.keyHash(target.apiKey) });
    return other;
  }
  await store.noteCustomers(account, customers);
  return account;
}

async function opensOne(ids: Iterable<string>, { hasCustomer }: Target): Promise<boolean> {
  for (const id of ids) if (await hasCustomer(id)) return true;
  return false;
}

function checkedMode(account: Account, mode: 'live' | 'test'): Account {
  if (account.mode === mode || account.mode === 'sandbox') return account;
  throw notApplied(
    'refused',
    `The record knows this account as ${account.mode}, and the profile says ${mode}; nothing was sent`,
    [`If the profile is wrong: creditctl config set mode ${account.mode}`],
  );
}
