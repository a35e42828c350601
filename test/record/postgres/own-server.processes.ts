// What becomes of a record when its own server crashes, waits for a standby, or asks for TLS.
import { chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyRecord } from '../../../src/record/verify.ts';
import { built, cleanEnvironment } from '../../support/built-program.ts';
import { authority, certificate } from '../../support/certificates.ts';
import { creditctl } from '../../support/command.ts';
import {
  addTemplate,
  type Cluster,
  clusterFolder,
  freshDatabase,
  hasPostgres,
  sqlOf,
  startCluster,
  startServer,
  startStandby,
  stopServer,
  type TestDatabase,
} from '../../support/postgres.ts';
import { postgresProxy } from '../../support/postgres-proxy.ts';
import { freshHome } from '../../support/run.ts';
import { noted, opened, openedAt } from './opened.ts';

let cluster: Cluster;
let database: TestDatabase;
const folder = clusterFolder();
beforeAll(async () => {
  if (!hasPostgres) return;
  cluster = await startCluster(folder.folder);
  await addTemplate(cluster);
  database = await freshDatabase('template_record', cluster);
});
afterAll(folder.remove);

const eventsOf = async (key: string): Promise<number> =>
  (await database.sql(`select from creditctl.event where body like '%"key":"${key}"%'`)).length;

test.skipIf(!hasPostgres)('what was acknowledged outlives a crash, whatever a role is set to', async () => {
  await database.sql('alter role ana set synchronous_commit = off');
  const { store, record } = await opened(database, 'ana');
  for (let place = 0; place < 5; place += 1) await record.append([noted(`reported ${place}`)]);
  await stopServer(cluster, 'SIGQUIT');
  await startServer(cluster);
  expect(await eventsOf('reported 4')).toBe(1);
  await store.close();
});

test.skipIf(!hasPostgres)(
  'who waits for a standby is answered once it is there, and keeps nobody out meanwhile',
  async () => {
    const clients = await Promise.all(['ana', 'bob'].map((role) => opened(database, role)));
    const standbys = async (names: string): Promise<void> => {
      await database.sql(`alter system set synchronous_standby_names = '${names}'`);
      await database.sql('select pg_reload_conf()');
    };
    await standbys('of_nobody');
    let answered = 0;
    const appending = clients.map(async ({ record }, client) => {
      const { kind } = await record.append([noted(`behind ${client}`)]);
      answered += 1;
      return kind;
    });
    // Both are in the chain, one after the other, though no standby has either.
    const both = async () => (await eventsOf('behind 0')) + (await eventsOf('behind 1'));
    for (let left = 100; left > 0 && (await both()) < 2; left -= 1) await delay(20);
    expect(await both()).toBe(2);
    expect(answered).toBe(0);
    await standbys('');
    expect(await Promise.all(appending)).toEqual(['appended', 'appended']);
    await Promise.all(clients.map(({ store }) => store.close()));
  },
);

test.skipIf(!hasPostgres)(
  'a server that crashes under four writers and comes back has everything once',
  async () => {
    const first = await opened(database, 'ana');
    const others = await Promise.all([1, 2, 3].map(() => opened(database, 'bob')));
    const clients = [first, ...others];
    const kept: string[] = [];
    const writing = clients.map(async ({ record }, client) => {
      for (let place = 0; place < 15; place += 1) {
        const key = `f${client}-${place}`;
        if ((await record.append([noted(key)])).kind === 'appended') kept.push(key);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    await stopServer(cluster, 'SIGQUIT');
    await Promise.all([...writing, startServer(cluster)]);
    expect(kept).toHaveLength(60);
    expect(new Set((await first.record.keyStates(kept)).keys())).toEqual(new Set(kept));
    expect(await database.sql(`select from creditctl.event where body like '%"key":"f%'`)).toHaveLength(60);
    expect((await verifyRecord(first.record)).fault).toBeUndefined();
    await Promise.all(clients.map(({ store }) => store.close()));
  },
);

test.skipIf(!hasPostgres)(
  'a replica takes no writes, and a failover in the middle of one keeps it once',
  async () => {
    const copy = path.join(folder.folder, 'standby');
    const standby = await startStandby(cluster, copy);
    const proxy = await postgresProxy(standby.port);
    const url = database.url('ana').replace(`:${cluster.port}/`, `:${proxy.port}/`);
    try {
      const { store, record } = await opened(database, 'ana', url, { patience: 300 });
      await expect(record.append([noted('to a replica')])).rejects.toMatchObject({ kind: 'network' });
      await expect(record.append([noted('to a replica')])).rejects.toThrow(
        'takes no writes: it is a replica, or its transactions are read-only by default; nothing was sent',
      );
      expect(await record.who()).toBe('ana');
      await store.close();

      proxy.leadTo(cluster.port);
      const client = await opened(database, 'ana', url);
      const before = await client.record.append([noted('before it')]);
      expect(before.kind).toBe('appended');
      const there = () =>
        sqlOf(standby, database.name, `select from creditctl.write where key = 'before it'`);
      for (let left = 200; left > 0 && (await there()).length === 0; left -= 1) await delay(20);
      await stopServer(cluster, 'SIGQUIT');
      proxy.leadTo(standby.port);
      const appending = client.record.append([noted('in the middle')]);
      await sqlOf(standby, 'postgres', 'select pg_promote()');
      expect((await appending).kind).toBe('appended');
      expect((await verifyRecord(client.record)).fault).toBeUndefined();
      const kept = await sqlOf(
        standby,
        database.name,
        `select from creditctl.event where body like '%in the middle%'`,
      );
      expect(kept).toHaveLength(1);
      await client.store.close();
    } finally {
      await proxy.close();
      await stopServer(standby, 'SIGQUIT');
      await startServer(cluster);
    }
  },
);

test.skipIf(!hasPostgres)(
  'a server that does not wait for its disk is refused: nothing is made or written there, and reading goes on',
  async () => {
    const bare = await freshDatabase('template0', cluster);
    await stopServer(cluster);
    await startServer(cluster, ['fsync=off']);
    try {
      const at = (url: string) => ({ env: { CREDITCTL_RECORD: url } });
      const refused = { code: 10, stderr: expect.stringContaining('fsync') };
      expect(await creditctl('record init --yes', at(bare.url('olga')))).toMatchObject(refused);
      expect(await bare.sql("select from pg_namespace where nspname = 'creditctl'")).toEqual([]);
      const write = 'ledger add acme --amount 5 --yes --sandbox';
      expect(await creditctl(write, at(database.url('ana')))).toMatchObject(refused);
      expect(await creditctl('record status', at(database.url('ana')))).toMatchObject({ code: 0 });
    } finally {
      await stopServer(cluster);
      await startServer(cluster);
    }
  },
);

const refusal = async (url: string): Promise<unknown> =>
  openedAt(url).then(
    () => 'opened',
    ({ kind }: { kind: unknown }) => kind,
  );

test.skipIf(!hasPostgres)(
  'TLS is verified by the authority that the URL names, and needed where it is asked for',
  async () => {
    const url = `${database.url('ana')}?sslmode=verify-full`;
    // The server has no TLS yet.
    expect(await refusal(url)).toBe('network');
    const issuer = await authority();
    const { key, cert } = await certificate({ host: '127.0.0.1', issuer });
    const file = (name: string, text: string): string => {
      const place = path.join(cluster.folder, name);
      writeFileSync(place, text, { mode: 0o600 });
      if (process.getuid?.() === 0) chownSync(place, 65_534, 65_534);
      return place;
    };
    await stopServer(cluster);
    await startServer(cluster, [
      ...['ssl=on', `ssl_cert_file=${file('server.crt', cert)}`, `ssl_key_file=${file('server.key', key)}`],
    ]);
    expect(await refusal(url)).toBe('network');
    // Whoever asks for it gets no connection that checks nothing.
    const unchecked = { CREDITCTL_RECORD: url, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { code, stderr } = await built(['record', 'status'], cleanEnvironment(freshHome(), unchecked));
    expect({ code, stderr }).toMatchObject({ code: 8, stderr: expect.stringContaining('certificate') });
    expect(await refusal(`${url}&sslrootcert=${file('other.pem', (await authority()).cert)}`)).toBe(
      'network',
    );
    const trusted = `${url}&sslrootcert=${file('ca.pem', issuer.cert)}`;
    expect(await refusal(trusted)).toBe('opened');
    // The same server under a name that its certificate does not have.
    expect(await refusal(trusted.replace('127.0.0.1', 'localhost'))).toBe('network');
  },
);
