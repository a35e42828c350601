import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';
import { freshHome, noon } from '../../support/run.ts';

const grants = 'external_customer_id,amount,expires\nacme,5,+30d\nglobex,7,+30d\nacme,5,+30d\n';

function homeWith(text: string): string {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), text);
  return home;
}

const importOf = (home: string, more: string, options = {}) =>
  creditctl(`ledger import ${home}/x.csv --sandbox ${more}`, { home, ...options });

async function count(home: string): Promise<number> {
  const { stdout } = await creditctl('ledger list acme --all --sandbox --json id', { home });
  return (JSON.parse(stdout) as unknown[]).length;
}

test('a file is planned and carried out in one go, and its outcomes stand beside it', async () => {
  const home = homeWith(grants);
  const result = await importOf(home, '--yes -o json');
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 3, succeeded: 3, plan: `${home}/x.csv` });
  expect(existsSync(`${home}/x.succeeded.csv`)).toBe(true);
  expect(readdirSync(`${home}/.local/state/creditctl/batches/plans`)).toEqual([]);
});

test('the same file twice grants nothing twice, also on another day', async () => {
  const home = homeWith(grants);
  expect((await importOf(home, '--yes')).code).toBe(0);
  const again = await importOf(home, '--yes', { now: noon + 26 * 3_600_000 });
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('Already applied: 3 rows');
  expect(await count(home)).toBe(2);
});

test('a dry run only plans and shows; nothing is asked or kept', async () => {
  const home = homeWith(grants);
  const dry = await importOf(home, '--dry-run -o json');
  expect(dry.code, dry.stderr).toBe(0);
  expect(JSON.parse(dry.stdout)).toMatchObject({ unprocessed: 3, succeeded: 0 });
  expect(await count(home)).toBe(0);
});

test('problems of the file, and a missing yes, come before anything is written', async () => {
  const home = homeWith('external_customer_id,amount\nacme,x\n');
  expectUsage(await importOf(home, '--yes'), ['row 1 (line 2): amount is not a decimal number']);
  expectUsage(await creditctl('ledger import --sandbox --yes'), ['<file> is missing']);
  const good = homeWith(grants);
  const result = await importOf(good, '');
  expect(result.code).toBe(10);
  expect(result.requests).toEqual([]);
});

test('rows may come through a pipe', async () => {
  const home = freshHome();
  const stdin = '{"external_customer_id":"acme","amount":3}\n';
  const line = `ledger import - --batch-id piped --results ${home} --sandbox --yes`;
  const result = await creditctl(line, { home, stdin });
  expect(result.code, result.stderr).toBe(0);
  expect(existsSync(`${home}/piped.succeeded.ndjson`)).toBe(true);
});

test('a rule of the policy refuses rows before there is a plan, and the default expiry is theirs too', async () => {
  const home = homeWith('external_customer_id,amount\nacme,50\nglobex,7\n');
  await creditctl('config set kind sandbox --profile p', { home });
  await creditctl('config set policy.entry_cap 10 --profile p', { home });
  await creditctl('config set policy.default_expiry +1y --profile p', { home });
  const plan = (flags: string) =>
    creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --profile p ${flags}`, { home });
  const refused = await plan('');
  expect(refused.code).toBe(10);
  expect(refused.stderr).toContain('row 1 (line 2): 50 credits are more than one entry may move');
  expect(existsSync(`${home}/x.plan`)).toBe(false);
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\n');
  expect((await plan('')).code).toBe(0);
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(`${home}/x.plan`, 'utf8')).toContain('"expiry_date":"2027-11-23');
});
