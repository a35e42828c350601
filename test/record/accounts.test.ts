import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { accountOf, accountToRead, originOf, type Target } from '../../src/record/accounts.ts';
import type { RecordStore } from '../../src/record/record.ts';
import { openSqliteRecord } from '../../src/record/sqlite/store.ts';
import { recordOpening } from '../support/record.ts';

const open = (): Promise<RecordStore> => openSqliteRecord(...recordOpening());

/** An API with these customers, which counts what it is asked. */
function api(customers: readonly string[], more: Partial<Target> = {}) {
  const asked: string[] = [];
  const target: Target = {
    origin: 'https://api.withorb.com',
    mode: 'live',
    ledger: () => undefined,
    apiKey: 'key-a',
    someCustomers: async (max) => {
      asked.push('list');
      return customers.slice(0, max);
    },
    hasCustomer: async (id) => {
      asked.push(id);
      return customers.includes(id);
    },
    ...more,
  };
  return { target, asked };
}

test("all of Orb's hosts are one origin; any other origin is another account", () => {
  expect(originOf('https://api.withorb.com/v1')).toBe('https://api.withorb.com');
  expect(originOf('https://api.billwithorb.com/v1')).toBe('https://api.withorb.com');
  expect(originOf('https://api.withorb.com.example.com/v1')).toBe('https://api.withorb.com.example.com');
  expect(originOf('http://127.0.0.1:4010/v1')).toBe('http://127.0.0.1:4010');
});

test('a known key costs no request', async () => {
  const store = await open();
  const first = api(['a', 'b']);
  const account = await accountOf(store, first.target);
  expect(first.asked).toEqual(['list']);
  const second = api(['a', 'b']);
  expect(await accountOf(store, second.target)).toEqual(account);
  expect(second.asked).toEqual([]);
});

test("a colleague's key, or a rotated one, opens the same account; a key of another account does not", async () => {
  const store = await open();
  const account = await accountOf(store, api(['a', 'b', 'c', 'd']).target);
  const rotated = await accountOf(store, api(['z', 'c', 'b', 'a'], { apiKey: 'key-b' }).target);
  expect(rotated.id).toBe(account.id);
  const another = await accountOf(store, api(['x'], { apiKey: 'key-c' }).target);
  expect(another.id).not.toBe(account.id);
  // The same customers at another origin are another account.
  const elsewhere = api(['a', 'b'], { apiKey: 'key-d', origin: 'https://orb.example.com' });
  expect((await accountOf(store, elsewhere.target)).id).not.toBe(account.id);
});

test('a report finds the account by key, by customers or by ledger, and notes nothing', async () => {
  const store = await open();
  const account = await accountOf(store, api(['a', 'b']).target);
  const embedded = await accountOf(store, api([], { ledger: () => 'l1' }).target);
  const read = (customers: readonly string[], more: Partial<Target>) =>
    accountToRead(store, api(customers, more).target);
  expect(await read([], {})).toEqual(account);
  expect(await read(['b'], { apiKey: 'key-b' })).toEqual(account);
  expect(await read([], { ledger: () => 'l1' })).toEqual(embedded);
  expect(await read(['x'], { apiKey: 'key-c' })).toBeUndefined();
  expect(await read([], { ledger: () => 'l2' })).toBeUndefined();
  // Over HTTP a ledger names itself in its first answer.
  let named: string | undefined;
  const served = {
    ledger: () => named,
    apiKey: 'key-d',
    someCustomers: async () => {
      named = 'l1';
      return [];
    },
  };
  expect(await read([], served)).toEqual(embedded);
  // To write, an API that answers no list is another account, too.
  const listless = {
    origin: 'https://orb.example.com',
    someCustomers: () => Promise.reject(new CreditctlError('server', 'The answer is no list')),
  };
  expect(await read([], listless)).toBeUndefined();
  expect(await store.accounts()).toHaveLength(2);
  expect(await store.accountOfKey(account.origin, store.keyHash('key-b'))).toBeUndefined();
});

test('an answer that proves nothing leaves the account unknown, and nothing is noted', async () => {
  const store = await open();
  await accountOf(store, api(['a']).target);
  const failing = api([], {
    apiKey: 'key-b',
    hasCustomer: () => Promise.reject(new CreditctlError('server', 'The API answered 503')),
  });
  await expect(accountOf(store, failing.target)).rejects.toMatchObject({ kind: 'server' });
  const lost = new CreditctlError('network', 'The API cannot be reached');
  const elsewhere = { origin: 'https://orb.example.com', someCustomers: () => Promise.reject(lost) };
  await expect(accountOf(store, api([], elsewhere).target)).rejects.toBe(lost);
  expect(await store.accounts()).toHaveLength(1);
});

test('an account without customers is known by its key until its first customer appears, and is joined then', async () => {
  const store = await open();
  const account = await accountOf(store, api(['a']).target);
  const empty = await accountOf(store, api([], { apiKey: 'key-b' }).target);
  expect(empty.id).not.toBe(account.id);
  expect((await accountOf(store, api([], { apiKey: 'key-b' }).target)).id).toBe(empty.id);
  expect((await accountOf(store, api(['a'], { apiKey: 'key-b' }).target)).id).toBe(account.id);
  const known = api(['a'], { apiKey: 'key-b' });
  expect((await accountOf(store, known.target)).id).toBe(account.id);
  expect(known.asked).toEqual([]);
});

test('an account that was empty is joined by any customer that its key opens, at its origin alone', async () => {
  const store = await open();
  const account = await accountOf(store, api(['a']).target);
  const origin = 'https://orb.example.com';
  const [fresh, elsewhere] = [{ apiKey: 'key-b' }, { apiKey: 'key-c', origin }];
  const ids = [];
  for (const more of [fresh, elsewhere]) {
    const { id } = await accountOf(store, api([], more).target);
    expect(id).not.toBe(account.id);
    // The list begins with newer customers.
    ids.push(id, (await accountOf(store, api(['z', 'y', 'x', 'a'], more).target)).id);
  }
  expect(ids).toEqual([ids[0], account.id, ids[2], ids[2]]);
  // The first customers are noted, so that a colleague's key opens the account, too.
  expect((await accountOf(store, api(['z'], { apiKey: 'key-d', origin }).target)).id).toBe(ids[2]);
});

test('live and test belong to the account: a profile that says otherwise is refused', async () => {
  const store = await open();
  await accountOf(store, api(['a']).target);
  await expect(accountOf(store, api(['a'], { mode: 'test' }).target)).rejects.toMatchObject({
    kind: 'refused',
  });
  const rotated = api(['a'], { mode: 'test', apiKey: 'key-b' });
  await expect(accountOf(store, rotated.target)).rejects.toMatchObject({ kind: 'refused' });
});

test('the id of an embedded ledger alone decides, whatever the key and the address', async () => {
  const store = await open();
  const first = await accountOf(store, api(['a'], { ledger: () => 'l1' }).target);
  expect(first).toMatchObject({ mode: 'sandbox', ledger: 'l1' });
  const reset = await accountOf(store, api(['a'], { ledger: () => 'l2' }).target);
  expect(reset.id).not.toBe(first.id);
  const moved = api(['a'], { ledger: () => 'l1', apiKey: 'key-b', origin: 'http://127.0.0.1:1' });
  expect((await accountOf(store, moved.target)).id).toBe(first.id);
  // Over HTTP it names itself in its first answer.
  let named: string | undefined;
  const served = api([], {
    ledger: () => named,
    apiKey: 'key-c',
    someCustomers: async () => {
      named = 'l1';
      return ['a'];
    },
  });
  expect((await accountOf(store, served.target)).id).toBe(first.id);
});

test('two machines that are first at the same moment share one account', async () => {
  const [file, opening] = recordOpening();
  const stores = await Promise.all([1, 2, 3].map(() => openSqliteRecord(file, opening)));
  const accounts = await Promise.all(
    stores.map((store, index) => accountOf(store, api(['a', 'b'], { apiKey: `key-${index % 2}` }).target)),
  );
  expect(new Set(accounts.map(({ id }) => id)).size).toBe(1);
  const [first] = stores;
  expect(await first?.accounts()).toHaveLength(1);
});

test('who saw no account before another added it gets that one, also without customers', async () => {
  const store = await open();
  const account = { origin: 'https://api.withorb.com', mode: 'live', ledger: null } as const;
  const first = await store.addAccount(account, { keyHash: 'k1', customers: ['a'] });
  expect(await store.addAccount(account, { keyHash: 'k2', customers: ['b', 'a'] })).toEqual(first);
  expect(await store.addAccount(account, { keyHash: 'k2' })).toEqual(first);
  expect((await store.addAccount(account, { keyHash: 'k3', customers: ['c'] })).id).not.toBe(first.id);
  expect((await store.addAccount(account, { keyHash: 'k4' })).id).not.toBe(first.id);
});

test('an API that answers no list has a new account, but none where it could be a known one', async () => {
  const breach = new CreditctlError('server', "The API's answer is not valid");
  const odd = (apiKey: string) => api([], { apiKey, someCustomers: () => Promise.reject(breach) }).target;
  const store = await open();
  const account = await accountOf(store, odd('key-a'));
  expect(await store.accounts()).toEqual([account]);
  await expect(accountOf(store, odd('key-b'))).rejects.toMatchObject({ kind: 'server' });
  const down = new CreditctlError('server', 'The API answered 503', { status: 503 });
  const failing = api([], { someCustomers: () => Promise.reject(down) }).target;
  await expect(accountOf(await open(), failing)).rejects.toMatchObject({ kind: 'server' });
});
