// Which index finds each list of writes, on a table of which one in a thousand is anything but settled.
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

const planOf = async (filter: WriteFilter): Promise<string> => {
  const list = `${filterCondition(1, filter)} order by w.noted_seq desc limit ${pageSize}`;
  const connection = asRole(database.cluster, superuser, database.name);
  const lines = await connection.rows(`${inOrder}explain ${selectWrites(list)}`);
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
