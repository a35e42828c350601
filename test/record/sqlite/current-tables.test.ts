// What a process noted itself is not read again while the chain has not moved, and is read again once it has.
import { expect, onTestFinished, test } from 'vitest';
import { type CurrentWrite, writeAfter } from '../../../src/record/current-write.ts';
import { OpenWriteCache } from '../../../src/record/sqlite/current-tables.ts';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { ended, noted, taken } from '../facts.ts';
import { orb } from '../store-suite.ts';

const write = (key: string): CurrentWrite =>
  writeAfter(undefined, { seq: 1, at: 0, who: 'ana', fact: { kind: 'noted', key, attempt: 1, ...some } });
const some = { method: 'POST', lease_ms: 1 };
const head = (hash: string) => ({ link: 1, hash });

/** The keys that are read for these. */
function readFor(own: OpenWriteCache, hash: string, keys: readonly string[]): readonly string[] {
  const read: string[] = [];
  own.of(head(hash), keys, (missing) => {
    read.push(...missing);
    return new Map();
  });
  return read;
}

test('what was noted under the last link is not read again, and anything else is', () => {
  const own = new OpenWriteCache();
  own.keep(head('a'), new Map(['k', 'l'].map((key) => [key, write(key)])));
  expect(readFor(own, 'a', ['k', 'l', 'm'])).toEqual(['m']);
  expect(own.of(head('a'), ['k'], () => new Map()).get('k')).toEqual(write('k'));
  own.keep(head('b'), new Map([['k', { ...write('k'), state: 'settled' }]]));
  expect(readFor(own, 'b', ['k', 'l'])).toEqual(['k']);
});

test('nothing is known under a link that somebody else added, nor after what is not chained', () => {
  const own = new OpenWriteCache();
  own.keep(head('a'), new Map([['k', write('k')]]));
  expect(readFor(own, 'b', ['k'])).toEqual(['k']);
  own.keep(head('c'), new Map([['k', write('k')]]));
  own.forget();
  expect(readFor(own, 'c', ['k'])).toEqual(['k']);
});

async function twoClients() {
  const file = `${temporaryFolder()}/record.db`;
  const open = (who: string) =>
    openSqliteRecord(file, { purpose: 'write', now: () => 1_800_000_000_000, process: { who } });
  const [store, other] = await Promise.all([open('ana'), open('bob')]);
  onTestFinished(async () => void (await Promise.all([store.close(), other.close()])));
  const account = await store.addAccount(orb);
  return [store.of(account), other.of(account)] as const;
}

test('a write that another process has settled meanwhile is a conflict, and one after a failed append is not', async () => {
  const [ana, bob] = await twoClients();
  await ana.append([noted('k'), noted('l')]);
  await expect(ana.append([ended('l', 'settled'), ended('l', 'settled')])).rejects.toThrow(TypeError);
  expect(await ana.append([{ ...ended('l', 'settled'), after: 2 }])).toMatchObject({ versions: [3] });
  await bob.append([taken('k')]);
  expect(await ana.append([{ ...ended('k', 'settled'), after: 1 }])).toEqual({
    kind: 'conflict',
    keys: ['k'],
  });
});

test('a lease that was made longer is known when the write is taken', async () => {
  const [ana] = await twoClients();
  await ana.append([noted('k')]);
  const runner = { machine: 'desk', pid: 7, started: '42' };
  await ana.extendLease({ runner, keys: ['k'] }, 120_000);
  await ana.append([taken('k')]);
  expect(await ana.write('k')).toMatchObject({ leaseUntil: new Date(1_800_000_060_000).toISOString() });
});
