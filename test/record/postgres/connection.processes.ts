// What becomes of an append when the server or the way to it fails: on the disk once, or an error that says what is.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { beforeAll, expect, test, vi } from 'vitest';
import type { AccountRecord } from '../../../src/record/record.ts';
import {
  asRole,
  freePort,
  freshDatabase,
  hasPostgres,
  password,
  type TestDatabase,
} from '../../support/postgres.ts';
import { postgresProxy } from '../../support/postgres-proxy.ts';
import { freshHome } from '../../support/run.ts';
import { silentServer } from '../../support/silent-server.ts';
import { ended, noted, opened, openedAt } from './opened.ts';

let database: TestDatabase;
beforeAll(async () => {
  if (hasPostgres) database = await freshDatabase();
});
const through = (port: number): string =>
  database.url('ana').replace(`:${database.cluster.port}/`, `:${port}/`);
const appending = 'alter function creditctl.append(integer, uuid, jsonb, jsonb, jsonb)';
const linksOf = async (key: string): Promise<number> =>
  (await database.sql(`select from creditctl.event where body like '%"key":"${key}"%'`)).length;

const refusal = async (url: string): Promise<unknown> =>
  openedAt(url).then(
    () => 'opened',
    ({ kind, message }: { kind: unknown; message: string }) => {
      expect(message).not.toContain(password);
      return kind;
    },
  );

test.skipIf(!hasPostgres)('each way not to get in has its kind', async () => {
  const free = await freePort();
  const url = database.url('ana');
  expect(await refusal(through(free))).toBe('network');
  expect(await refusal('postgres://ana@no-such-host.invalid/record')).toBe('network');
  expect(await refusal(url.replace(encodeURIComponent(password), 'wrong'))).toBe('credentials');
  expect(await refusal(url.replace(`:${encodeURIComponent(password)}`, ''))).toBe('credentials');
  expect(await refusal(url.replace('ana:', 'zoe:'))).toBe('credentials');
  expect(await refusal(url.replace(database.name, 'no_such_database'))).toBe('refused');
  expect(await refusal(url.replace(database.name, 'postgres'))).toBe('refused');
});

test('an interruption ends the wait for a server that never answers', async () => {
  const { url, signal, reason } = await silentServer();
  const begun = performance.now();
  const opening = openedAt(url.replace('ana', 'ana:x'), { interruption: signal });
  await expect(opening).rejects.toBe(reason);
  expect(performance.now() - begun).toBeLessThan(4000);
});

test.skipIf(!hasPostgres)('variables of the driver change nothing about the connection', async () => {
  vi.stubEnv('PGOPTIONS', '-c statement_timeout=1 -c no_such_setting=1');
  vi.stubEnv('PGREPLICATION', 'database');
  vi.stubEnv('PGSSLNEGOTIATION', 'direct');
  vi.stubEnv('PGSSLMODE', 'require');
  const passwords = path.join(freshHome(), 'passwords');
  writeFileSync(passwords, `*:*:*:*:${password.replace(':', '\\:')}\n`, { mode: 0o600 });
  vi.stubEnv('PGPASSFILE', passwords);
  try {
    expect(await refusal(database.url('ana').replace(`:${encodeURIComponent(password)}`, ''))).toBe(
      'credentials',
    );
    const { store, record } = await opened(database, 'ana');
    expect(await record.append([noted('variables')])).toMatchObject({ kind: 'appended' });
    await store.close();
  } finally {
    vi.unstubAllEnvs();
  }
});

test.skipIf(!hasPostgres)(
  'a connection that is cut before the server hears is made again, and appends once',
  async () => {
    const proxy = await postgresProxy(database.cluster.port);
    const { store, record } = await opened(database, 'ana', through(proxy.port));
    proxy.cutAt('creditctl.append', 'before');
    expect(await record.append([noted('cut before')])).toMatchObject({ kind: 'appended' });
    expect(await linksOf('cut before')).toBe(1);
    expect(proxy.made()).toBe(2);
    await store.close();
    await proxy.close();
  },
);

test.skipIf(!hasPostgres)(
  'a connection that is cut after the commit finds what it added, and adds it once',
  async () => {
    const proxy = await postgresProxy(database.cluster.port);
    const { store, record } = await opened(database, 'ana', through(proxy.port));
    proxy.cutAt('creditctl.append', 'after');
    const appended = await record.append([noted('cut after')]);
    const [event] = await record.eventsOf('cut after');
    expect(appended).toMatchObject({ kind: 'appended', versions: [event?.seq], at: event?.at });
    expect(await record.head()).toEqual(appended.kind === 'appended' ? appended.head : undefined);
    expect(await linksOf('cut after')).toBe(1);
    await store.close();
    await proxy.close();
  },
);

test.skipIf(!hasPostgres)('an erasure whose answer is cut still says how many writes it was of', async () => {
  const proxy = await postgresProxy(database.cluster.port);
  const url = database.url('olga').replace(`:${database.cluster.port}/`, `:${proxy.port}/`);
  const { store, record } = await opened(database, 'olga', url);
  await record.append([noted('of zed', { customer: 'zed' })]);
  proxy.cutAt('creditctl.erase(', 'after');
  expect(await record.erase(['zed'])).toBe(1);
  const events = await database.sql("select 1 from creditctl.event where body::jsonb ->> 'customer' = 'zed'");
  expect(events).toHaveLength(2);
  await store.close();
  await proxy.close();
});

test.skipIf(!hasPostgres)(
  'an append that is never confirmed is a network error that says nothing was sent',
  async () => {
    const proxy = await postgresProxy(database.cluster.port);
    const { store, record } = await opened(database, 'ana', through(proxy.port), { patience: 200 });
    proxy.cutEach('creditctl.append');
    const failing = record.append([noted('never')]);
    await expect(failing).rejects.toMatchObject({ kind: 'network', facts: { applied: 'no' } });
    await expect(failing).rejects.toThrow('nothing was sent');
    expect(await linksOf('never')).toBe(0);
    // The outcome of a write that was sent must not be reported so.
    proxy.cutEach(undefined);
    await record.append([noted('sent')]);
    proxy.cutEach('creditctl.append');
    const untold = await record.append([ended('sent')]).catch((error: Error) => error);
    expect(untold).toMatchObject({ kind: 'network' });
    expect(untold).not.toMatchObject({ message: expect.stringContaining('nothing was sent') });
    await store.close();
    await proxy.close();
  },
);

test.skipIf(!hasPostgres)(
  'a change that is all that a command does, and whose answer is lost for good, may have been made',
  async () => {
    const own = await freshDatabase();
    const first = await opened(own, 'olga');
    await first.record.append([noted('of acme', { customer: 'acme' })]);
    await first.store.close();
    const sha256 = 'a'.repeat(64);
    const changes: Readonly<Record<string, (record: AccountRecord) => Promise<unknown>>> = {
      policy_set: (record) =>
        record.append([{ fact: { kind: 'policy_set', version: 1, sha256 }, texts: { policy: '{}' } }]),
      accepted: (record) => record.append([{ fact: { kind: 'accepted', seen_link: 1, seen_hash: sha256 } }]),
      'creditctl.erase(': (record) => record.erase(['acme']),
    };
    for (const [text, change] of Object.entries(changes)) {
      const proxy = await postgresProxy(own.cluster.port);
      const url = own.url('olga').replace(`:${own.cluster.port}/`, `:${proxy.port}/`);
      const { store, record } = await opened(own, 'olga', url, { patience: 200 });
      proxy.cutAt(text, 'after', true);
      const facts = { applied: 'unknown', retrySafe: true };
      const message = expect.stringContaining('whether it was done, the same command line finds out');
      await expect(change(record), text).rejects.toMatchObject({ kind: 'outcome-unknown', facts, message });
      await store.close();
      await proxy.close();
    }
    const kinds = await own.sql<{ kind: string }>('select distinct kind from creditctl.event order by kind');
    expect(kinds.map(({ kind }) => kind)).toEqual(['accepted', 'erased', 'noted', 'policy_set']);
    // What the server refuses was not done, and is no riddle.
    await own.sql(`alter database ${own.name} set default_transaction_read_only = on`);
    const { store, record } = await opened(own, 'olga', own.url('olga'), { patience: 200 });
    await expect(changes.policy_set?.(record)).rejects.toMatchObject({ kind: 'network' });
    await store.close();
  },
);

test.skipIf(!hasPostgres)(
  'a record that is closed in the middle of a statement is not connected to again, so the process can end',
  async () => {
    const proxy = await postgresProxy(database.cluster.port, 100);
    const { store, record } = await opened(database, 'ana', through(proxy.port));
    const appending = record.append([noted('closed')]).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await store.close();
    expect(await appending).toBeInstanceOf(Error);
    expect(proxy.made()).toBe(1);
    await proxy.close();
  },
);

test.skipIf(!hasPostgres)('a writer that stops while it sends holds no lock', async () => {
  const proxy = await postgresProxy(database.cluster.port);
  const stopped = await opened(database, 'bob', through(proxy.port));
  proxy.holdHalfOf('creditctl.append');
  const sending = stopped.record.append([noted('half')]).catch(() => undefined);
  const { store, record } = await opened(database, 'ana');
  const started = performance.now();
  expect(await record.append([noted('other')])).toMatchObject({ kind: 'appended' });
  expect(performance.now() - started).toBeLessThan(2_000);
  await stopped.store.close();
  await proxy.close();
  await sending;
  expect(await linksOf('half')).toBe(0);
  await store.close();
});

test.skipIf(!hasPostgres)('a lock that somebody holds by hand is not waited for without an end', async () => {
  await database.sql(`${appending} set lock_timeout = '200ms'`);
  const { store, record } = await opened(database, 'ana');
  const held = new pg.Client({ connectionString: database.url('bob') });
  await held.connect();
  await held.query('begin');
  const fact = JSON.stringify(noted('held').fact);
  await held.query("select creditctl.append(1, gen_random_uuid(), $1, '[]', '{}')", [
    JSON.stringify([{ fact }]),
  ]);
  await expect(record.append([noted('waits')])).rejects.toMatchObject({ kind: 'network' });
  await held.end();
  expect(await record.append([noted('waits')])).toMatchObject({ kind: 'appended' });
  await store.close();
});

test.skipIf(!hasPostgres)('reads that are asked for together go as one message, and fail alone', async () => {
  const connection = asRole(database.cluster, 'ana', database.name);
  // The time of a statement is that of its message.
  const time = async () => (await connection.rows('select statement_timestamp()::text as at'))[0]?.text('at');
  const [first, second] = await Promise.all([time(), time()]);
  expect(second).toBe(first);
  expect(await time()).not.toBe(first);
  const [missing, found] = await Promise.allSettled([connection.rows('select from nothing'), time()]);
  expect([missing.status, found.status]).toEqual(['rejected', 'fulfilled']);
  connection.close();
});

test.skipIf(!hasPostgres)('a read-only server takes no writes and says so', async () => {
  const only = await freshDatabase();
  const first = await opened(only, 'ana');
  await first.store.close();
  await only.sql(`alter database ${only.name} set default_transaction_read_only = on`);
  const { store, record } = await opened(only, 'ana', only.url('ana'), { patience: 200 });
  await expect(record.append([noted('k')])).rejects.toMatchObject({ kind: 'network' });
  expect(await record.head()).toMatchObject({ link: 0 });
  await store.close();
});

test.skipIf(!hasPostgres)(
  'clocks of two machines an hour apart stamp nothing: the record has one clock',
  async () => {
    const { store, record } = await opened(database, 'ana');
    const before = await record.now();
    const appended = await record.append([noted('clock')]);
    const at = appended.kind === 'appended' ? Date.parse(appended.at) : 0;
    expect(at - before).toBeGreaterThanOrEqual(0);
    expect(at - before).toBeLessThan(5_000);
    const write = await record.write('clock');
    expect(Date.parse(write?.leaseUntil ?? '') - at).toBe(60_000);
    await store.close();
  },
);

test.skipIf(!hasPostgres)(
  'who waits for another writer goes on after it, whatever a role is set to',
  async () => {
    const strict = await freshDatabase();
    await strict.sql(`alter database ${strict.name} set default_transaction_isolation = 'serializable'`);
    const { store, record } = await opened(strict, 'ana');
    const holder = new pg.Client({ connectionString: strict.url('bob') });
    await holder.connect();
    const behind = async (held: string, act: () => Promise<unknown>): Promise<unknown> => {
      await holder.query(`begin; ${held}`);
      const acting = act();
      const waiting = `select 1 from pg_stat_activity where datname = '${strict.name}' and wait_event_type = 'Lock'`;
      await vi.waitUntil(async () => (await strict.sql(waiting)).length > 0, { timeout: 4_000 });
      await holder.query('commit');
      return acting;
    };
    const { id } = record.account;
    const facts = JSON.stringify([{ fact: JSON.stringify(noted('of bob').fact), after: null }]);
    const appended = `select creditctl.append(${id}, gen_random_uuid(), '${facts}', '[]', '{}')`;
    expect(await behind(appended, () => record.append([noted('of ana')]))).toMatchObject({
      kind: 'appended',
    });
    const customers = `select creditctl.note_customers(${id}, '["c1"]')`;
    await behind(customers, () => store.noteCustomers(record.account, ['c1', 'c2']));
    expect(await record.customers(3)).toEqual(['c1', 'c2']);
    await holder.end();
    await store.close();
  },
);
