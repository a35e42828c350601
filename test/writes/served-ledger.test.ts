// An embedded ledger over HTTP: keys grow old and days begin by its own clock, which may have been moved.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, orb } from '../support/command.ts';
import { freshHome, losingAnswers, type RunOptions } from '../support/run.ts';

/** A ledger that is served, and a client of it in a home of its own. */
async function served() {
  const server = freshHome();
  const home = freshHome();
  const db = path.join(server, 'served.db');
  const admin = (line: string) => creditctl(`sandbox ${line} --db ${db}`, { home: server });
  const client = (line: string, more: Pick<RunOptions, 'between'> = {}) =>
    creditctl(line, { home, env: orb, served: db, ...more });
  await client('customers list');
  const documents = async (line: string): Promise<{ amount?: number; name?: string }[]> =>
    JSON.parse((await client(`${line} --json`)).stdout);
  return { admin, client, documents, home };
}

const grant = 'ledger add acme --amount 12.5 --yes';

for (const moved of ['2026-01-01T00:00:00Z', '2028-01-01T00:00:00Z']) {
  for (const again of [grant, 'history settle --yes']) {
    test(`a lost answer on ${moved.slice(0, 10)} is one grant 49 hours later, by "${again}"`, async () => {
      const { admin, client, documents } = await served();
      await admin(`clock set ${moved}`);
      expect((await client(grant, losingAnswers)).code).toBe(11);
      await admin('clock advance 49h');
      const { code, stderr, requests } = await client(again);
      expect(code, stderr).toBe(0);
      expect(requests.filter(({ method }) => method === 'POST')).toEqual([]);
      expect(await documents('ledger list acme')).toMatchObject([{ amount: 12.5 }]);
    });
  }
}

test('a customer whose key the ledger forgot is not created twice', async () => {
  const { admin, client, documents } = await served();
  const line = 'customers create --name Hooli --email a@hooli.example --yes';
  expect((await client(line, losingAnswers)).code).toBe(11);
  await admin('clock advance 49h');
  const { code, stderr } = await client(line);
  expect(code, stderr).toBe(11);
  expect((await documents('customers list')).filter(({ name }) => name === 'Hooli')).toHaveLength(1);
});

test.each(['person', 'customer'])('a cap of a day for one %s is for a day of the ledger', async (whose) => {
  const { admin, client } = await served();
  await client(`config set policy.${whose}_day_cap 100`);
  const add = async () => (await client('ledger add acme --amount 60 --yes')).code;
  expect([await add(), await add()]).toEqual([0, 10]);
  await admin('clock advance 1d');
  expect([await add(), await add()]).toEqual([0, 10]);
});

test.each([
  ['2026-01-05T00:00:00Z', '2026-02-03'],
  ['2028-01-05T00:00:00Z', '2028-02-03'],
])('the dates of a plan on %s count from the day of the ledger', async (moved, expires) => {
  const { admin, client, documents, home } = await served();
  await admin(`clock set ${moved}`);
  writeFileSync(path.join(home, 'g.csv'), 'external_customer_id,amount,expires\nacme,5,+30d\n');
  const planned = await client(`batch plan ${home}/g.csv --out ${home}/g.plan`);
  expect(planned.code, planned.stderr).toBe(0);
  const applied = await client(`batch apply ${home}/g.plan --yes`);
  expect(applied.code, applied.stderr).toBe(0);
  expect(await documents('blocks list acme')).toMatchObject([
    { expiry_date: expect.stringContaining(expires) },
  ]);
});
