import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { chainStart } from '../../src/record/chained-fact.ts';
import { Heads, headsPath } from '../../src/record/heads.ts';
import type { Account, AccountRecord } from '../../src/record/record.ts';
import { freshHome } from '../support/run.ts';

/** No record here holds a head that was seen. */
const of = () => ({ holds: async () => false }) as unknown as AccountRecord;
const accounts = async () => [account];
const store = { id: 'r1', name: 'SQLite /state/record.db', of, accounts };
const other = { id: 'r2', name: 'PostgreSQL db/creditctl', of, accounts };
const account: Account = { id: 1, origin: 'https://api.withorb.com', mode: 'live', ledger: null };
const head = { link: 7, hash: 'a'.repeat(64) };
const sighting = { store, account, target: 'key', profile: 'default' };

const kindOf = (checking: Promise<void>): Promise<string | undefined> =>
  checking.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof CreditctlError) return error.kind;
      throw error;
    },
  );

test('a head is found again by another process, for its account alone', () => {
  const state = freshHome();
  new Heads(state, 1).keep(sighting, head);
  const again = new Heads(state, 2);
  expect(again.of(store, account)).toEqual(head);
  expect(again.of(store, { ...account, id: 2 })).toEqual(chainStart);
  expect(again.of(other, account)).toEqual(chainStart);
  expect(again.lastOf('default', store)).toBe(1);
  expect(again.lastOf('default', other)).toBeUndefined();
  expect(again.lastOf('another', store)).toBeUndefined();
});

test('another record for the account, or in the place of the record, is refused until it is accepted', async () => {
  const state = freshHome();
  const heads = new Heads(state, 1);
  heads.keep(sighting, head);
  const replaced = { ...store, id: 'r3' };
  expect(await kindOf(heads.check(sighting))).toBeUndefined();
  // The step ends with the command: the flags of the connection come after it.
  const next = expect.arrayContaining([expect.stringMatching(/: creditctl config set record <url>$/)]);
  await expect(heads.check({ ...sighting, store: other })).rejects.toMatchObject({
    kind: 'refused',
    facts: { next },
  });
  expect(await kindOf(heads.check({ ...sighting, store: replaced }))).toBe('refused');
  expect(await kindOf(heads.check({ ...sighting, account: { ...account, id: 2 } }))).toBe('refused');
  // A key that was never seen says nothing of the file in the record's place, but its name does.
  expect(await kindOf(heads.check({ ...sighting, store: replaced, target: 'new key' }))).toBe('refused');
  expect(await heads.problemOf(replaced)).toBeDefined();
  expect(await heads.problemOf(store, { profile: 'default' })).toBeUndefined();
  expect(await heads.problemOf(other, { profile: 'default' })).toBeDefined();
  await heads.accept(replaced, { profile: 'default', targets: [] }, []);
  expect(await kindOf(heads.check({ ...sighting, store: replaced }))).toBeUndefined();
});

test('what another profile wrote to through another record is accepted for the key, and that profile keeps its record', async () => {
  const heads = new Heads(freshHome(), 1);
  heads.keep(sighting, head);
  const now = { ...sighting, store: other, profile: 'team' };
  const own = { profile: 'team', targets: ['another key', 'key'] };
  expect(await kindOf(heads.check(now))).toBe('refused');
  expect(await heads.problemOf(other, { profile: 'team' })).toBeUndefined();
  expect(await heads.problemOf(other, own)).toContain('this account');
  await heads.accept(other, own, []);
  expect(await heads.problemOf(other, own)).toBeUndefined();
  expect(await kindOf(heads.check(now))).toBeUndefined();
  expect(heads.lastOf('default', store)).toBe(1);
  // A profile that changes its record takes every key along that it wrote with.
  const moved = new Heads(freshHome(), 1);
  moved.keep(sighting, head);
  await moved.accept(other, { profile: 'default', targets: [] }, []);
  expect(await kindOf(moved.check({ ...sighting, store: other }))).toBeUndefined();
});

test('an account that the record lost is missing until that is accepted, and may then have another number', async () => {
  const heads = new Heads(freshHome(), 1);
  const second = { ...account, id: 2 };
  heads.keep(sighting, head);
  heads.keep({ ...sighting, account: second, target: 'second key', profile: 'second' }, head);
  expect(await heads.problemOf({ ...store, accounts: async () => [account, second] })).toBeUndefined();
  expect(await heads.problemOf(store)).toContain('account 2');
  await heads.accept(store, { profile: 'default', targets: [] }, []);
  expect(await heads.problemOf(store)).toBeUndefined();
  expect(heads.of(store, second)).toEqual(chainStart);
  expect([heads.lastOf('default', store), heads.lastOf('second', store)]).toEqual([1, undefined]);
  const third = { ...account, id: 3 };
  expect(await kindOf(heads.check({ ...sighting, account: third, target: 'second key' }))).toBeUndefined();
  expect(await kindOf(heads.check({ ...sighting, account: third }))).toBe('refused');
});

test('an account that another process adds while this one looks is not lost, and its head is kept', async () => {
  const heads = new Heads(freshHome(), 1);
  const second = { ...account, id: 2 };
  heads.keep(sighting, head);
  const adding = {
    ...store,
    accounts: async () => {
      heads.keep({ ...sighting, account: second, target: 'second key' }, head);
      return [account];
    },
  };
  expect(await heads.problemOf(adding)).toBeUndefined();
  const now = { ...store, accounts: async () => [account, second] };
  await heads.accept(now, { profile: 'default', targets: [] }, []);
  expect(heads.of(store, second)).toEqual(head);
});

test('a file that says nothing has seen nothing', async () => {
  const state = freshHome();
  for (const text of ['', '{}']) {
    writeFileSync(headsPath(state), text);
    expect(new Heads(state, 1).of(store, account)).toEqual(chainStart);
    expect(await kindOf(new Heads(state, 1).check(sighting))).toBeUndefined();
  }
});

const damaged = [
  '{"heads":{"r1 1"',
  '[]',
  '{"heads":[]}',
  '{"heads":{"r1 1":{"link":1,"hash":"y"}}}',
  '{"targets":{"key":7}}',
  '{"records":{"r":null}}',
];
const putting: readonly (readonly [string, string, (file: string) => void])[] = [
  ...damaged.map(
    (text) => [`damaged (${text})`, 'record accept', (file: string) => writeFileSync(file, text)] as const,
  ),
  ['closed to this user', 'access', (file) => mkdirSync(file)],
];

test.each(putting)('a file that is %s lets no write pass, and is not replaced', async (_, next, put) => {
  const state = freshHome();
  put(headsPath(state));
  const heads = new Heads(state, 1);
  await expect(heads.check(sighting)).rejects.toMatchObject({
    kind: 'refused',
    facts: {
      applied: 'no',
      next: expect.arrayContaining([expect.stringContaining(next), expect.stringContaining('audit')]),
    },
  });
  expect(() => heads.lastOf('default', store)).toThrow('cannot be read');
  // The write before is on the disk, so its head is no failure.
  heads.keep(sighting, head);
  expect(() => heads.of(store, account)).toThrow('cannot be read');
});

test('a state folder that is not there is made; one that can never be is no failure', () => {
  const state = path.join(freshHome(), 'not', 'there');
  new Heads(state, 1).keep(sighting, head);
  expect(new Heads(state, 2).of(store, account)).toEqual(head);
  // The record itself is on the disk.
  new Heads('/dev/null/state', 1).keep(sighting, head);
});
