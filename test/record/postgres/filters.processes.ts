// Which index finds each list of writes, on a table of which one in a thousand is anything but settled; and lists by time.
import { beforeAll, expect, test } from 'vitest';
import { filterCondition } from '../../../src/record/postgres/filters.ts';
import { inOrder, pageSize } from '../../../src/record/postgres/pages.ts';
import { selectWrites } from '../../../src/record/postgres/selects.ts';
import type { WriteFilter } from '../../../src/record/record.ts';
import { asRole, freshDatabase, hasPostgres, superuser, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  if (!hasPostgres) return;
  database = await freshDatabase();
  await database.sql(`
    insert into creditctl.write (account, noted_seq, ended_seq, version, noted_at, lease_until, attempt, to_follow,
      named, key, state, fingerprint, method, who, customer, batch, noted_run)
    select 1, 2 * n, 2 * n + 1, 2 * n + 1, now(), now(), 1, 0, false, 'k' || n,
      case n % 1000 when 0 then 'refused' when 1 then 'unknown' else 'settled' end,
      'of k' || n, 'POST', case n % 1000 when 2 then 'bob' else 'ana' end, 'c' || n % 500,
      case when n % 2 = 0 then 'b' || n % 50 end, case when n % 2 = 0 then 1 end
    from generate_series(1, 5000) n;
    insert into creditctl.fact_text (account, seq, name, content)
      select 1, n, 'request', 'text' from generate_series(2, 10001) n;
    analyze creditctl.write, creditctl.fact_text`);
});

const planOf = async (filter: WriteFilter, how = ''): Promise<string> => {
  const list = `${filterCondition(1, filter)} order by w.noted_seq desc limit ${pageSize}`;
  const connection = asRole(database.cluster, superuser, database.name);
  const lines = await connection.rows(
    `${inOrder}explain ${how === '' ? '' : `(${how})`} ${selectWrites(list)}`,
  );
  connection.close();
  return lines.map((line) => line.text('QUERY PLAN')).join('\n');
};

test.skipIf(!hasPostgres).for<readonly [filter: WriteFilter, index: string]>([
  [{}, 'write_by_hand'],
  [{ withRows: true }, 'write_in_order'],
  [{ who: 'bob' }, 'write_of_person'],
  [{ customer: 'c7', withRows: true }, 'write_of_customer'],
  [{ batch: 'b8' }, 'write_of_batch'],
  [{ states: ['noted', 'unknown'] }, 'write_open'],
  [{ states: ['unknown'], withRows: true }, 'write_open'],
  [{ states: ['refused'] }, 'write_not_done'],
  [{ states: ['absent'], withRows: true }, 'write_not_done'],
])('%j is read in the order of %s, and each of its texts by its place', async ([filter, index]) => {
  const plan = await planOf(filter);
  expect(plan).toContain(`using ${index} on write w`);
  expect(plan).not.toContain('Sort');
  expect(plan).toContain('Index Cond: ((account = w.account) AND (seq = ANY');
});

test.skipIf(!hasPostgres)(
  'a list by time reads few links of many, and has every write of it wherever the clock was set',
  async () => {
    // Twice the clock was set back by an hour, and every thousandth link is a little too early.
    await database.sql(`
    insert into creditctl.link (account, link, first, last, at, is_back, hash, client)
    select 1, n, 2 * n, 2 * n + 1, at, at < max(at) over (order by n), 'x', gen_random_uuid() from (
      select n, timestamptz '2026-11-27 00:00Z' + n * interval '10 s' - n / 2000 * interval '1 hour'
        - case when n % 1000 = 7 then interval '30 s' else interval '0' end as at
      from generate_series(1, 5000) n) as made;
    update creditctl.write w set noted_at = l.at from creditctl.link l where l.first = w.noted_seq;
    analyze creditctl.link`);
    const start = Date.parse('2026-11-27T00:00:00Z');
    const asked: string[] = [];
    for (let hour = -1; hour < 15; hour += 1.3) {
      const [from = '', until = ''] = [hour, hour + 0.7].map((at) =>
        new Date(start + at * 3_600_000).toISOString(),
      );
      for (const filter of [{ from }, { until }, { from, until }]) {
        const { from: least = '-infinity', until: most = 'infinity' }: WriteFilter = filter;
        asked.push(`select '${JSON.stringify(filter)}' as filter,
          (select count(*) from creditctl.write w where ${filterCondition(1, { ...filter, withRows: true })}) as listed,
          (select count(*) from creditctl.write where noted_at >= '${least}' and noted_at < '${most}') as there`);
      }
    }
    const counted = await database.sql(asked.join(' union all '));
    expect(counted).toHaveLength(39);
    expect(counted.filter(({ listed, there }) => listed !== there)).toEqual([]);
    const plan = await planOf(
      { from: '2026-11-27T09:00:00Z', until: '2026-11-27T09:10:00Z' },
      'analyze, timing off',
    );
    const read = [
      ...plan.matchAll(/Index (?:Only )?Scan (?:Backward )?using link_(\w+) .*actual rows=([\d.]+)/g),
    ];
    expect(read.filter(([, index]) => index === 'by_time').map(([, , rows]) => Number(rows))).toEqual([1, 1]);
    expect(plan).not.toContain('Sort');
  },
);
