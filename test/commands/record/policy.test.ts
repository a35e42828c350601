import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { creditctl } from '../../support/command.ts';
import { granted } from '../../support/granted.ts';
import { freshDatabase, hasPostgres } from '../../support/postgres.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';
import { freshHome } from '../../support/run.ts';
import { canSign, keyOf, signerLine } from '../../support/signers.ts';

const grant = (amount: number) => `ledger add acme --amount ${amount} --sandbox --yes`;

function policyFile(rules: unknown): string {
  const file = path.join(freshHome(), 'policy.json');
  writeFileSync(file, typeof rules === 'string' ? rules : JSON.stringify(rules));
  return file;
}

test('the policy of the record holds for every write, and is named where it refuses', async () => {
  const { home } = await granted('--amount 1');
  const set = await creditctl(`record policy set ${policyFile({ entry_cap: '50' })} --sandbox --yes`, {
    home,
  });
  expect(set.code).toBe(0);
  expect(set.stderr).toMatch(/holds for every write to account 1 \(the embedded ledger \w{8}\)/);
  expect((await creditctl(grant(50), { home })).code).toBe(0);
  const refused = await creditctl(grant(51), { home });
  expect(refused.code).toBe(10);
  expect(refused.stderr).toContain('50');
  const shown = await creditctl('record policy --sandbox', { home });
  expect(JSON.parse(shown.stdout)).toEqual({ entry_cap: '50' });
  expect(shown.stderr).toMatch(/Policy 1 of account 1 \(the embedded ledger \w{8}\), SHA-256/);
});

test('an account without a policy is named, because another account of the record may have one', async () => {
  const { home } = await granted('--amount 1');
  await creditctl(`record policy set ${policyFile({ entry_cap: '50' })} --sandbox --yes`, { home });
  await creditctl(`${grant(1)} --db ${home}/other.db`, { home });
  const { code, stdout, stderr } = await creditctl('record policy --sandbox --account 2', { home });
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/^Account 2 \(the embedded ledger \w{8}\) has no policy\.$/m);
});

test.skipIf(!canSign)('it holds for what is planned and signed, too', async () => {
  const { home } = await granted('--amount 1');
  const rules = { default_expiry: '2030-01-31', entry_cap: '50' };
  const approval = { 'approval.signers': [signerLine('ann', 'ann').trim()], 'approval.from': '20' };
  const set = `record policy set ${policyFile({ ...rules, ...approval })} --sandbox --yes`;
  expect((await creditctl(set, { home })).code).toBe(0);
  const plan = (amount: number) => {
    writeFileSync(path.join(home, 'x.csv'), `external_customer_id,amount\nacme,${amount}\n`);
    return creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --sandbox --force`, { home });
  };
  expect((await plan(51)).code).toBe(10);
  const planned = await plan(30);
  expect(planned.code, planned.stderr).toBe(0);
  expect(planned.stderr).toContain('2 persons must sign');
  expect(readFileSync(`${home}/x.plan`, 'utf8')).toContain('"expiry_date":"2030-01-31');
  const approved = await creditctl(`batch approve ${home}/x.plan --sandbox --key ${keyOf('bob')}`, { home });
  expect(approved.code).toBe(10);
  expect(approved.stderr).toContain('so it would not count');
});

test('a file is compared by its default expiry, too', async () => {
  const { home } = await granted('--amount 1');
  const set = `record policy set ${policyFile({ default_expiry: '2030-01-31' })} --sandbox --yes`;
  expect((await creditctl(set, { home })).code).toBe(0);
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount,expires\nacme,1,\n');
  const compared = await creditctl(`reconcile ${home}/x.csv --sandbox -o json`, { home });
  expect(JSON.parse(compared.stdout), compared.stderr).toMatchObject([
    { finding: 'wrong_expiry', customer: 'acme', expected_expiry: '2030-01-31', actual_expiry: null },
  ]);
});

test('the policy is shown as a document, in every format that has one', async () => {
  const { home } = await granted('--amount 1');
  const rules = { entry_cap: '50', description_required: true };
  await creditctl(`record policy set ${policyFile(rules)} --sandbox --yes`, { home });
  const show = async (flags: string) => creditctl(`record policy --sandbox ${flags}`, { home });
  expect(JSON.parse((await show('-o ndjson')).stdout)).toEqual(rules);
  expect((await show('-o yaml')).stdout).toContain('entry_cap: "50"\n');
  expect((await show('--jq .entry_cap')).stdout).toBe('50\n');
  for (const flags of ['-o csv', '-o table', '--columns entry_cap', '--json entry_cap'])
    expect(await show(flags)).toMatchObject({ code: 2, stdout: '' });
});

test('of several that are set at once, only the one in force is called set', async () => {
  const { home } = await granted('--amount 1');
  const set = (cap: string) =>
    creditctl(`record policy set ${policyFile({ entry_cap: cap })} --sandbox --yes`, { home });
  const ran = await Promise.all(['5', '6', '7'].map(set));
  const versions = recordedIn(home).filter(({ event }) => event === 'policy_set');
  expect(ran.filter(({ code }) => code === 0)).toHaveLength(versions.length);
  for (const { code, stderr } of ran)
    if (code !== 0) expect([code, stderr]).toEqual([10, expect.stringContaining('was set meanwhile')]);
  expect(versions.length).toBeLessThan(ran.length);
});

test('each version stands in the chain, and the newest holds', async () => {
  const { home } = await granted('--amount 1');
  await creditctl(`record policy set ${policyFile({ entry_cap: '5' })} --sandbox --yes`, { home });
  await creditctl(`record policy set ${policyFile({ entry_cap: '500' })} --sandbox --yes`, { home });
  expect((await creditctl(grant(400), { home })).code).toBe(0);
  const versions = recordedIn(home).filter(({ event }) => event === 'policy_set');
  expect(versions.map(({ version }) => version)).toEqual([1, 2]);
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test.each([
  ['not JSON', '{'],
  ['an unknown rule', { entry_max: '5' }],
  ['a value that is none', { entry_cap: 'much' }],
])('%s is refused, and nothing is set', async (_, rules) => {
  const { home } = await granted('--amount 1');
  const before = recordedIn(home).length;
  const { code, stderr } = await creditctl(`record policy set ${policyFile(rules)} --sandbox --yes`, {
    home,
  });
  expect(code).toBe(2);
  expect(stderr).toContain('policy.json');
  expect(recordedIn(home)).toHaveLength(before);
});

test('off a terminal it needs --yes; a file that is not there is named', async () => {
  const { home } = await granted('--amount 1');
  const { code } = await creditctl(`record policy set ${policyFile({})} --sandbox`, { home });
  expect(code).toBe(10);
  const missing = await creditctl('record policy set /nowhere.json --sandbox --yes', { home });
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('/nowhere.json')]);
  const unnamed = await creditctl('record policy set --sandbox --yes', { home });
  expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringContaining('<file>')]);
});

test('another account than the one the profile leads to is never set, and none is not no policy', async () => {
  const { home } = await granted('--amount 1');
  await creditctl(`${grant(1)} --db ${home}/other.db`, { home });
  const set = `record policy set ${policyFile({ entry_cap: '5' })} --sandbox --yes`;
  const other = await creditctl(`${set} --account 2`, { home });
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/the profile sandbox leads to, which is account 1 \(the embedded ledger/);
  expect(recordedIn(home).filter(({ event }) => event === 'policy_set')).toEqual([]);
  expect((await creditctl(`${set} --account 1`, { home })).code).toBe(0);
  rmSync(path.join(path.dirname(recordFile(home)), 'heads.json'));
  expect((await creditctl('record policy --sandbox', { home })).code).toBe(4);
});

test.skipIf(!hasPostgres)('a role that owns no record is refused before it is asked', async () => {
  const database = await freshDatabase();
  const set = `record policy set ${policyFile({ entry_cap: '5' })} --sandbox`;
  const asRole = (role: string) => ({ env: { CREDITCTL_RECORD: database.url(role) }, terminal: 100 });
  const refused = await creditctl(set, asRole('ana'));
  expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining('Only olga, the owner of')]);
  const answers = [{ message: 'Set policy 1 for everybody who writes to account', answer: true }];
  expect((await creditctl(set, { ...asRole('olga'), answers })).code).toBe(0);
});

test('a policy whose text is gone gives way to no earlier one', async () => {
  const { home } = await creditctl('ledger add acme --amount 1 --sandbox --yes');
  for (const cap of ['500', '5'])
    await creditctl(`record policy set ${policyFile({ entry_cap: cap })} --sandbox --yes`, { home });
  const database = await openDatabase(recordFile(home));
  database.prepare("DELETE FROM texts WHERE name = 'policy' AND seq = (SELECT max(seq) FROM texts)").run();
  database.close();
  const { code, stderr } = await creditctl('ledger add acme --amount 50 --sandbox --yes', { home });
  expect([code, stderr]).toEqual([10, expect.stringContaining("the team's policy has no text")]);
});
