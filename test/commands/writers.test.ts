// Who wrote an entry and who approved it: `report movements --group` and `ledger list --columns`, from the record.
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { creditctl, csvOf } from '../support/command.ts';
import { freshDatabase, hasPostgres, type TestDatabase } from '../support/postgres.ts';
import { postgresProxy } from '../support/postgres-proxy.ts';
import { changeRecord } from '../support/recorded.ts';
import { freshHome } from '../support/run.ts';

/** acme has grants by ana (approved), by bob, and one of which this record knows nothing. */
async function written(): Promise<string> {
  const line = (amount: number) =>
    `ledger add acme --amount ${amount} --idempotency-key k${amount} --sandbox --yes`;
  const { home } = await creditctl(line(5), { who: 'ana' });
  await creditctl('ledger add id:none --amount 1 --sandbox --yes', { home });
  await creditctl(line(7), { home, who: 'bob' });
  const env = {
    CREDITCTL_STATE_DIR: `${home}/other`,
    CREDITCTL_SANDBOX_DB: `${home}/.local/state/creditctl/sandbox.db`,
  };
  await creditctl(line(11), { home, env, who: 'eve' });
  changeRecord(home, `UPDATE writes SET approved_by = '["dan","cleo"]' WHERE key = 'k5'`);
  return home;
}

async function groups(home: string, field: string, more = 'acme') {
  const line = `report movements ${more} --by total --group ${field} --sandbox -o json`;
  const result = await creditctl(line, { home, who: 'a reader' });
  expect(result.code, result.stderr).toBe(0);
  expect(result.requests.every(({ method }) => method === 'GET')).toBe(true);
  const rows = JSON.parse(result.stdout) as { group: string | null; granted: number }[];
  return { ...result, found: rows.map(({ group, granted }) => [group, granted]) };
}

test('movements are grouped by who wrote them and who approved them; the rest has no group', async () => {
  const home = await written();
  for (const which of ['acme', '--all'])
    expect((await groups(home, 'who', which)).found).toEqual([
      [null, 11],
      ['ana', 5],
      ['bob', 7],
    ]);
  expect((await groups(home, 'approved_by')).found).toEqual([
    [null, 18],
    ['cleo, dan', 5],
  ]);
});

test('a record that does not know the account is said, and nothing is written to it', async () => {
  const { home } = await creditctl('sandbox status --sandbox');
  const { found, stderr } = await groups(home, 'who');
  expect(found).toEqual([]);
  const env = {
    CREDITCTL_STATE_DIR: `${home}/other`,
    CREDITCTL_SANDBOX_DB: `${home}/.local/state/creditctl/sandbox.db`,
  };
  await creditctl('ledger add acme --amount 1 --sandbox --yes', { home, env });
  const later = await groups(home, 'who');
  expect(later.found).toEqual([[null, 1]]);
  expect(stderr + later.stderr).toContain('not_in_record');
});

test('a list has both as columns, and looks into the record only for them', async () => {
  const home = await written();
  const list = async (columns: string) => {
    const { code, stdout, stderr } = await creditctl(
      `ledger list acme --columns ${columns} --sandbox -o csv`,
      { home },
    );
    expect(code, stderr).toBe(0);
    return csvOf(stdout);
  };
  expect(await list('amount,who,approved_by')).toEqual([
    { amount: '11', who: '', approved_by: '' },
    { amount: '7', who: 'bob', approved_by: '' },
    { amount: '5', who: 'ana', approved_by: 'dan, cleo' },
  ]);
  changeRecord(home, 'DROP TABLE writes');
  expect(await list('amount')).toHaveLength(3);
  const broken = await creditctl('ledger list acme --columns who --sandbox', { home });
  expect(broken.code).not.toBe(0);
});

async function imported(count: number, env: Record<string, string> = {}): Promise<string> {
  const home = freshHome();
  const rows = Array.from({ length: count }, (_, index) => `acme,${index + 1}\n`);
  writeFileSync(`${home}/x.csv`, `external_customer_id,amount\n${rows.join('')}`);
  const { code, stderr } = await creditctl(`ledger import ${home}/x.csv --sandbox --yes`, { home, env });
  expect(code, stderr).toBe(0);
  return home;
}

test('a long list stays in order', async () => {
  const home = await imported(201);
  const list = (columns: string) =>
    creditctl(`ledger list acme --all --columns ${columns} --sandbox -o csv`, { home });
  const plain = csvOf((await list('id')).stdout);
  expect(plain).toHaveLength(201);
  expect(csvOf((await list('id,who')).stdout)).toEqual(plain.map((row) => ({ ...row, who: 'tester' })));
});

describe.skipIf(!hasPostgres)('on a server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });

  test('the writers of many entries are asked for at once', async () => {
    const proxy = await postgresProxy(database.cluster.port);
    const env = { CREDITCTL_RECORD: database.url('ana').replace(/:\d+\//, `:${proxy.port}/`) };
    const home = await imported(15, env);
    const before = proxy.asked();
    const { stdout } = await creditctl('ledger list acme --columns who --sandbox -o csv', { home, env });
    expect(csvOf(stdout)).toEqual(Array.from({ length: 15 }, () => ({ who: 'ana' })));
    expect(proxy.asked() - before).toBeLessThan(10);
    await proxy.close();
  });
});
