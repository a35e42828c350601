// What a person's role can do to a record on PostgreSQL: read, and add by the functions; nothing else.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { personFunctions } from '../../../src/record/postgres/owner-functions.ts';
import { grant, readSetup, setUp } from '../../../src/record/postgres/setup.ts';
import { literal } from '../../../src/record/postgres/values.ts';
import { verifyRecord } from '../../../src/record/verify.ts';
import { asRole, freshDatabase, hasPostgres, roles, type TestDatabase } from '../../support/postgres.ts';
import { noted, opened } from './opened.ts';

let database: TestDatabase;
beforeAll(async () => {
  if (!hasPostgres) return;
  database = await freshDatabase();
  const { store, record } = await opened(database, 'ana');
  await record.append([noted('k1')]);
  await store.close();
});

const tables = async (): Promise<readonly string[]> =>
  (
    await database.sql<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'creditctl'::regnamespace and relkind = 'r'`,
    )
  ).map(({ name }) => name);

test.skipIf(!hasPostgres)('a person reads every table and changes none', async () => {
  const names = await tables();
  expect(names).toContain('event');
  const connection = asRole(database.cluster, 'ana', database.name);
  const refused = async (statement: string) =>
    expect(connection.rows(statement), statement).rejects.toMatchObject({ kind: 'refused' });
  for (const name of names) {
    await connection.rows(`select * from creditctl.${name} limit 1`);
    await refused(`delete from creditctl.${name}`);
    await refused(`insert into creditctl.${name} default values`);
    await refused(`truncate creditctl.${name}`);
    const [column] = await database.sql<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'creditctl.${name}'::regclass and attnum > 0 and attidentity = '' order by attnum desc limit 1`,
    );
    await refused(`update creditctl.${name} set ${column?.name} = ${column?.name}`);
    await refused(`alter table creditctl.${name} add more integer`);
    await refused(`drop table creditctl.${name}`);
  }
  await refused('create table creditctl.own (id integer)');
  await refused(
    'create or replace function creditctl.day(timestamptz) returns text language sql as $$ select $$',
  );
  connection.close();
});

test.skipIf(!hasPostgres)(
  'a person calls the functions that are for persons, and no part of them',
  async () => {
    const callable = await database.sql<{ name: string }>(
      `select proname as name from pg_proc where pronamespace = 'creditctl'::regnamespace
      and has_function_privilege('ana', oid, 'EXECUTE')`,
    );
    expect(callable.map(({ name }) => name).sort()).toEqual(
      personFunctions.map((signature) => signature.replace(/\(.*/, '')).sort(),
    );
    const open = await database.sql(
      `select proname from pg_proc where pronamespace = 'creditctl'::regnamespace
      and (has_function_privilege('${roles.stranger}', oid, 'EXECUTE')
        or (prosecdef and not proconfig @> array['search_path=pg_catalog, creditctl, pg_temp', 'lock_timeout=5s']))`,
    );
    expect(open).toEqual([]);
  },
);

test.skipIf(!hasPostgres)('a person leads no key away from the account that it opens', async () => {
  const { store } = await opened(database, 'bob');
  const live = { origin: 'https://api.withorb.com', mode: 'live', ledger: null } as const;
  const account = await store.addAccount(live, { keyHash: 'a', customers: ['c1'] });
  const decoy = await store.addAccount(live, { customers: ['c2'] });
  await expect(store.linkKey(decoy, { keyHash: 'a' })).rejects.toThrow();
  await store.linkKey(account, { keyHash: 'a' });
  expect(await store.accountOfKey(live.origin, 'a')).toEqual(account);
  await store.close();
});

test.skipIf(!hasPostgres)('a stranger neither reads nor writes', async () => {
  await expect(opened(database, roles.stranger)).rejects.toMatchObject({ kind: 'refused' });
});

/** Each fits what the record asks better than the server's own, which takes values of any type. */
const named = `
  create function public.caught_one(jsonb, name) returns jsonb language plpgsql
    as $$ begin insert into public.caught values (current_user); return '[]'; end $$;
  create aggregate public.jsonb_agg(name) (sfunc = public.caught_one, stype = jsonb, initcond = '[]');
  create function public.caught_two(jsonb, text, text) returns jsonb language plpgsql
    as $$ begin insert into public.caught values (current_user); return '{}'; end $$;
  create aggregate public.jsonb_object_agg(text, text) (sfunc = public.caught_two, stype = jsonb, initcond = '{}');
  create function public.caught_three(uuid, text) returns text language plpgsql
    as $$ begin insert into public.caught values (current_user); return 'known'; end $$;
  create operator public.|| (leftarg = uuid, rightarg = text, function = public.caught_three);`;

test.skipIf(!hasPostgres)(
  'what a stranger names like functions of the server is called by nobody',
  async () => {
    const open = await freshDatabase('template0');
    await open.sql(`create table public.caught (who text); grant insert on public.caught to public;
    grant create on schema public to public; set role ${roles.stranger}; ${named}`);
    const owner = asRole(open.cluster, roles.owner, open.name);
    await readSetup(owner, ['ana']);
    await setUp(owner);
    await grant(owner, 'ana');
    owner.close();
    const { store, record } = await opened(open, 'ana');
    await record.append([noted('k')]);
    expect(await record.write('k')).toMatchObject({ who: 'ana' });
    await store.close();
    expect(await open.sql('select who from public.caught')).toEqual([]);
  },
);

test.skipIf(!hasPostgres)('nobody passes for another: the server stamps who connected', async () => {
  const { store, record } = await opened(database, 'bob');
  await record.append([noted('k2', { author: { os_user: 'ana', host: 'box', actor: 'ana' }, who: 'ana' })]);
  expect(await record.write('k2')).toMatchObject({ who: 'bob' });
  expect(await record.who()).toBe('bob');
  await store.close();
});

test.skipIf(!hasPostgres)('no person keeps a write or a run of a colleague open', async () => {
  const [ana, bob] = [await opened(database, 'ana'), await opened(database, 'bob')];
  const runner = { machine: 'm', pid: 7 };
  const run = { batch: 'held', run: 1, lease_ms: 60_000, author: { os_user: 'root', host: 'box' }, runner };
  await ana.record.append([
    noted('held'),
    { fact: { kind: 'batch_begun', ...run, plan: 'f'.repeat(64), rows: 1 } },
  ]);
  const leases = async () => [
    (await ana.record.write('held'))?.leaseUntil,
    (await ana.record.batchRuns({ batch: 'held' }))[0]?.leaseUntil,
  ];
  const before = await leases();
  await bob.record.extendLease({ runner, keys: ['held'], batch: 'held' }, 3_600_000);
  expect(await leases()).toEqual(before);
  const lifetime = 1000 * 86_400_000 * 365;
  await ana.record.extendLease({ runner, keys: ['held'], batch: 'held' }, lifetime);
  await bob.record.append([{ fact: { kind: 'taken', key: 'held', attempt: 1, lease_ms: lifetime, runner } }]);
  const dayAfter = (await ana.record.now()) + 86_400_000;
  for (const until of await leases()) expect(Date.parse(until ?? '')).toBeLessThanOrEqual(dayAfter);
  await ana.store.close();
  await bob.store.close();
});

test.skipIf(!hasPostgres)('the role of a colleague who leaves is dropped as the page says', async () => {
  const page = readFileSync('docs/record.md', 'utf8');
  const [, statements = ''] = /```sql\n([^`]*drop role ana;\n)```/.exec(page) ?? [];
  const leaver = `leaver_${process.pid}`;
  await database.sql(`create role ${leaver}`);
  const owner = asRole(database.cluster, roles.owner, database.name);
  await grant(owner, leaver);
  owner.close();
  const mayUse = `select has_schema_privilege('${leaver}', 'creditctl', 'USAGE') as may`;
  expect(await database.sql(mayUse)).toEqual([{ may: true }]);
  const [revoke = '', ...others] = statements.replaceAll('ana', leaver).trim().split('\n');
  await database.sql(revoke);
  expect(await database.sql(mayUse)).toEqual([{ may: false }]);
  await database.sql(others.join('\n'));
  expect(await database.sql(`select from pg_roles where rolname = '${leaver}'`)).toEqual([]);
});

test.skipIf(!hasPostgres)('a plan of other bytes that a person put under its hash is not kept', async () => {
  const plan = Buffer.from('{"row":1}\n'.repeat(1000));
  const sha256 = createHash('sha256').update(plan).digest('hex');
  async function* pieces() {
    yield plan;
  }
  const bob = asRole(database.cluster, 'bob', database.name);
  const id = randomUUID();
  const content = deflateRawSync(Buffer.from('{"row":2}\n')).toString('base64');
  await bob.rows(`select creditctl.save_piece(1, '${id}', 0, '${content}')`);
  await bob.rows(`select creditctl.keep_plan(1, '${sha256}', '${id}', 1)`);
  const ana = await opened(database, 'ana');
  await expect(ana.record.savePlan(sha256, pieces())).rejects.toMatchObject({ kind: 'refused' });
  // And a piece that is there already is no other.
  await bob.rows(`select creditctl.save_piece(1, '${id}', 0, '${content}')`);
  const other = deflateRawSync(plan).toString('base64');
  await expect(bob.rows(`select creditctl.save_piece(1, '${id}', 0, '${other}')`)).rejects.toThrow();
  await ana.store.close();
  bob.close();
});

test.skipIf(!hasPostgres)('the policy is set and texts are erased by the owner alone', async () => {
  const policy = {
    fact: { kind: 'policy_set', version: 1, sha256: 'a'.repeat(64) },
    texts: { policy: '{"entry_cap":"5"}' },
  } as const;
  const ana = await opened(database, 'ana');
  await expect(ana.record.append([policy])).rejects.toMatchObject({ kind: 'refused' });
  await expect(ana.record.erase(['acme'])).rejects.toMatchObject({ kind: 'refused' });
  expect(await ana.record.policy()).toBeUndefined();
  const owner = await opened(database, roles.owner);
  expect(await owner.record.append([policy])).toMatchObject({ kind: 'appended' });
  // Whoever sets it without having seen the last one is refused.
  expect(await owner.record.append([policy])).toEqual({ kind: 'conflict', keys: ['policy'] });
  expect(await ana.record.policy()).toMatchObject({ version: 1, text: '{"entry_cap":"5"}' });
  await ana.store.close();
  await owner.store.close();
});

test.skipIf(!hasPostgres)(
  'a fact of a made-up kind, and one with texts of its own, are refused',
  async () => {
    const connection = asRole(database.cluster, 'ana', database.name);
    const before = await database.sql('select link from creditctl.account');
    for (const fact of ['{"kind":"paid"}', '[]', '{"kind":"approved","texts":{}}', '{"kind":"approved"} '])
      await expect(
        connection.rows(
          `select creditctl.append(1, gen_random_uuid(), jsonb_build_array(jsonb_build_object('fact', '${fact}')), '[]', '{}')`,
        ),
        fact,
      ).rejects.toThrow();
    expect(await database.sql('select link from creditctl.account')).toEqual(before);
    connection.close();
  },
);

test.skipIf(!hasPostgres)('what a person adds leaves the record whole for all others', async () => {
  const other = await freshDatabase();
  const { store, record } = await opened(other, 'ana');
  await record.append([noted('k1', { lease_ms: 86_400_000_000 })]);
  const bob = asRole(other.cluster, 'bob', other.name);
  const fact = { ...noted('k2').fact, later: { a: 1 } };
  const item = `'fact', ${literal(JSON.stringify(fact))}, 'texts', jsonb_build_object('later', encode('x', 'base64'))`;
  const add = `select creditctl.append(1, gen_random_uuid(), jsonb_build_array(jsonb_build_object(${item})), '[]', '{}')`;
  await bob.rows(add);
  expect(await verifyRecord(record)).toMatchObject({ events: 2, fault: undefined });
  await other.sql(`update creditctl.fact_text set content = 'y' where name = 'later'`);
  expect((await verifyRecord(record)).fault?.message).toContain('event 2 had another later');
  bob.close();
  await store.close();
});

test.skipIf(!hasPostgres)(
  'an append waits for the disk, whatever a role is set to; a stricter setting stays',
  async () => {
    const modeAfter = async (mode: string): Promise<string | undefined> => {
      const { cluster, name } = database;
      const client = new pg.Client({ host: cluster.folder, port: cluster.port, database: name, user: 'ana' });
      await client.connect();
      await client.query(`begin; set local synchronous_commit = ${mode}`);
      const facts = JSON.stringify([{ fact: JSON.stringify(noted(`in mode ${mode}`).fact) }]);
      await client.query("select creditctl.append(1, gen_random_uuid(), $1, '[]', '{}')", [facts]);
      const { rows } = await client.query<{ mode: string }>(
        "select current_setting('synchronous_commit') as mode",
      );
      await client.end();
      return rows[0]?.mode;
    };
    expect(await modeAfter('off')).toBe('on');
    expect(await modeAfter('local')).toBe('on');
    expect(await modeAfter('remote_apply')).toBe('remote_apply');
  },
);
