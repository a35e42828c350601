import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { chainStart, eventHash, linkHash } from '../../../src/record/chained-fact.ts';
import { freshDatabase, hasPostgres, roles, superuser } from '../../support/postgres.ts';
import { noted, opened } from './opened.ts';

test.skipIf(!hasPostgres)(
  'a write is noted, ended and read again, chained by the server as the program would',
  async () => {
    const database = await freshDatabase();
    const { store, record } = await opened(database, 'ana');
    const appended = await record.append([
      noted('k1', { reserves: { customer: 'c1', currency: 'USD', day: '2026-11-27', amount: '12.50' } }),
    ]);
    expect(appended).toMatchObject({ kind: 'appended', versions: [1] });
    expect(
      await record.reserved({ scope: 'customer', customer: 'c1', currency: 'USD', day: '2026-11-27' }),
    ).toBe('12.5');
    expect(await record.reserved({ scope: 'team', currency: 'USD' })).toBe('12.5');
    await record.append([
      {
        fact: { kind: 'ended', key: 'k1', attempt: 1, state: 'settled', entry: 'e1' },
        texts: { answer: '{}' },
        after: 1,
      },
    ]);
    expect(await record.write('k1')).toMatchObject({
      state: 'settled',
      who: 'ana',
      entry: 'e1',
      texts: { request: '{"amount":1.50,"description":"für\0"}', answer: '{}', message: null },
    });
    let head = chainStart;
    const events = [];
    for await (const event of record.events()) events.push(event);
    for await (const { first, last, hash } of record.links()) {
      const own = events.filter(({ seq }) => seq >= first && seq <= last);
      for (const event of own) expect(eventHash(event)).toBe(event.hash);
      head = {
        link: head.link + 1,
        hash: linkHash(
          head,
          own.map((event) => event.hash),
        ),
      };
      expect(hash).toBe(head.hash);
    }
    expect(await record.head()).toEqual(head);
    await store.close();
  },
);

test.skipIf(!hasPostgres)(
  'what is looked up is compared by its bytes, whatever the system collates',
  async () => {
    const { sql } = await freshDatabase();
    const indexed = `from pg_attribute a join pg_class i on i.oid = a.attrelid and i.relkind = 'i'
    join pg_collation c on c.oid = a.attcollation where i.relnamespace = 'creditctl'::regnamespace`;
    const [all] = await sql(`select count(*) > 10 as many ${indexed}`);
    expect(all).toEqual({ many: true });
    expect(await sql(`select i.relname, a.attname ${indexed} and c.collname <> 'C'`)).toEqual([]);
  },
);

test.skipIf(!hasPostgres)('a new API key is linked to an account while a write to it is noted', async () => {
  const database = await freshDatabase();
  const { name, url, sql } = database;
  const { store, record } = await opened(database, 'ana');
  const { origin } = record.account;
  await store.noteCustomers(record.account, ['c']);
  const holder = new pg.Client({ connectionString: url(superuser) });
  await holder.connect();
  await holder.query('begin; lock table creditctl.event in share mode');
  const appending = record.append([noted('k')]);
  const waiting = `select 1 from pg_stat_activity where datname = '${name}' and wait_event_type = 'Lock'`;
  await vi.waitUntil(async () => (await sql(waiting)).length > 0, { timeout: 4_000 });
  // If its reference to the account waited for the append, the append would wait for its lock on all accounts.
  const added = `select creditctl.add_account('${origin}', 'live', null, 'key', '["c"]')`;
  await sql(`set lock_timeout = '1s'; ${added}`);
  await holder.query('commit');
  expect(await appending).toMatchObject({ kind: 'appended' });
  await holder.end();
  await store.close();
});

test.skipIf(!hasPostgres)(
  'an erasure waits for a plan that is being kept, and leaves its pieces',
  async () => {
    const database = await freshDatabase();
    const [ana, owner] = [await opened(database, 'ana'), await opened(database, roles.owner)];
    const bytes = Buffer.from('text');
    const hash = createHash('sha256').update(bytes).digest('hex');
    const upload = '11111111-1111-4111-8111-111111111111';
    const keeping = new pg.Client({ connectionString: database.url('ana') });
    await keeping.connect();
    const piece = deflateRawSync(bytes).toString('base64');
    await keeping.query(`select creditctl.save_piece(1, '${upload}', 0, '${piece}')`);
    await keeping.query('begin');
    await keeping.query(`select creditctl.keep_plan(1, '${hash}', '${upload}', 1)`);
    let isOver = false;
    const erasing = owner.record.erase(['acme']).finally(() => {
      isOver = true;
    });
    await vi.waitUntil(
      async () => isOver || (await keeping.query('select from pg_locks where not granted')).rowCount,
      { timeout: 10_000 },
    );
    await keeping.query('commit');
    await erasing;
    let read = '';
    for await (const part of ana.record.plan(hash)) read += part;
    expect(read).toBe('text');
    await Promise.all([keeping.end(), ana.store.close(), owner.store.close()]);
  },
);
