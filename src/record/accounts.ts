// Finds the account of a connection: by its API key, or by the customers that an unknown key can read.
import { CreditctlError, notApplied } from '../errors.ts';
import type { Account, RecordStore } from './record.ts';

/** The API that a connection leads to, with the questions that identify its account. */
export interface Target {
  /** See `originOf`. */
  readonly origin: string;
  /** The mode that the profile states for its key. */
  readonly mode: 'live' | 'test';
  /** The id that an embedded ledger gives itself; `undefined` for any other API, and before its first answer. */
  readonly ledger: () => string | undefined;
  /** The API key; empty for an embedded ledger in this process, which needs none. */
  readonly apiKey: string;
  /** The API's own ids of at most `max` customers. Throws the API's error. */
  readonly someCustomers: (max: number) => Promise<readonly string[]>;
  /**
   * Whether the key can read this customer, deleted or not. False only if the API itself answers that no such customer
   * exists; throws for any other answer, which proves nothing.
   */
  readonly hasCustomer: (id: string) => Promise<boolean>;
}

/** This many customers are enough to recognise an account. */
const customersMax = 3;

/** What an account is, in words: `live at https://api.withorb.com`, `the embedded ledger 5f3a90c1`. */
export const accountText = ({ origin, mode, ledger }: Omit<Account, 'id'>): string =>
  ledger === null ? `${mode} at ${origin}` : `the embedded ledger ${ledger.slice(0, 8)}`;

/** Orb's own hosts are one origin, since all of its accounts share them; any other origin is another account. */
export function originOf(baseUrl: string): string {
  const { origin, hostname } = new URL(baseUrl);
  return /^api\.(?:bill)?withorb\.com$/.test(hostname) ? 'https://api.withorb.com' : origin;
}

/**
 * The account of the target; a new account is added to the record. Throws a `refused` error if the mode of the profile
 * differs from the mode in the record. Throws the API's error if its answer does not identify the account: then
 * nothing may be sent.
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

/** The account of the target, for a report: writes nothing. `undefined` for an account that the record does not know. */
export async function accountToRead(store: RecordStore, target: Target): Promise<Account | undefined> {
  if (target.ledger() === undefined) {
    const known = await store.accountOfKey(target.origin, store.keyHash(target.apiKey));
    const found = known ?? (await recognised(store, target));
    if (found !== undefined) return found;
    // An embedded ledger over HTTP sends its id with each answer; without a request so far, the id is unknown.
    const accounts = await store.accounts();
    if (accounts.some(({ ledger }) => ledger !== null)) await firstCustomers(store, target);
  }
  const ledger = target.ledger();
  return ledger === undefined ? undefined : store.accountOfLedger(ledger);
}

/**
 * The first customers of a new account. An answer that is no list counts as no customers, unless the record has another
 * account of the same origin: then the two could be one account, and the error is thrown.
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

/** The account of this origin of which the key can read a customer; `undefined` if there is no such account. */
async function recognised(store: RecordStore, { origin, hasCustomer }: Target): Promise<Account | undefined> {
  for (const account of await store.accounts()) {
    if (account.origin !== origin) continue;
    for (const id of await store.of(account).customers(customersMax))
      if (await hasCustomer(id)) return account;
  }
  return undefined;
}

/** An account without customers is known by its key alone. Its first customer shows whether it is a known account. */
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
