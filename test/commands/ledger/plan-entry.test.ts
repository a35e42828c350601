// `ledger add --plan`: a single entry that is planned, signed and applied as a batch of one row.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';
import { freshHome, homeWith } from '../../support/run.ts';
import { canSign, homeToSign, keyOf } from '../../support/signers.ts';

const grant = 'ledger add acme --amount 5000 --description "Contract"';

test('an entry is planned and not written, with its dates in the zone of the customer', async () => {
  const home = freshHome();
  const line = `${grant} --expires 2027-01-31 --plan ${home}/g.plan --sandbox -o json`;
  const planned = await creditctl(line, { home });
  expect(planned.code, planned.stderr).toBe(0);
  expect(planned.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(JSON.parse(planned.stdout)).toMatchObject({ plan: `${home}/g.plan`, rows: 1 });
  const [, row = ''] = readFileSync(`${home}/g.plan`, 'utf8').split('\n');
  expect(JSON.parse(row).request.body).toEqual({
    entry_type: 'increment',
    amount: 5000,
    description: 'Contract',
    expiry_date: '2027-01-31T00:00:00-08:00',
  });
  const applied = await creditctl(`batch apply ${home}/g.plan --sandbox --yes -o json`, { home });
  expect(applied.code, applied.stderr).toBe(0);
  const again = await creditctl(`batch apply ${home}/g.plan --sandbox --yes -o json`, { home });
  expect(JSON.parse(again.stdout)).toMatchObject({ succeeded: 1, already: 1 });
});

test('two plans of one entry are two grants, unless one key makes them one', async () => {
  const home = freshHome();
  const count = async (more: string): Promise<number> => {
    let sent = 0;
    for (const name of ['a', 'b']) {
      const plan = `${home}/${more.length}${name}.plan`;
      const made = await creditctl(`${grant} --plan ${plan} --sandbox ${more}`, { home });
      expect(made.code, made.stderr).toBe(0);
      const applied = await creditctl(`batch apply ${plan} --sandbox --yes --allow-drift`, { home });
      expect(applied.code, applied.stderr).toBe(0);
      sent += applied.requests.filter(({ method }) => method === 'POST').length;
    }
    return sent;
  };
  expect(await count('')).toBe(2);
  expect(await count('--idempotency-key november')).toBe(1);
});

test('flags that do not go together are a usage error, and nothing is written', async () => {
  const home = freshHome();
  for (const [more, part] of [
    ['--dry-run --plan x.plan', '--dry-run cannot be used with --plan'],
    ['--sign', '--sign needs --plan <file>'],
    ['--key k', '--key needs --plan <file>'],
    ['--force', '--force needs --plan <file>'],
    ['--plan x.plan --idempotency-key "a b"', '--idempotency-key must be'],
    ['--plan x.plan --columns entry_type', '"entry_type"; choose from'],
  ] as const)
    expectUsage(await creditctl(`${grant} --sandbox --yes ${more}`, { home }), [part]);
  writeFileSync(`${home}/there`, 'mine');
  const taken = '--plan names a file that exists';
  // With the other problems of the line, so before anything is asked.
  expectUsage(await creditctl(`${grant} --expires soon --plan ${home}/there --sandbox`, { home }), [
    '--expires is not a date',
    taken,
  ]);
  expectUsage(await creditctl(`${grant} --plan ${home}/there --sandbox`, { home }), [taken]);
  expect(readFileSync(`${home}/there`, 'utf8')).toBe('mine');
});

test('the file of the body is not replaced by the plan, even with --force', async () => {
  const body = '{"entry_type":"increment","amount":5}';
  const home = homeWith(body, 'body.json');
  const line = `ledger add acme --body ${home}/body.json --plan ${home}/body.json --force --sandbox`;
  expectUsage(await creditctl(line, { home }), ['--plan names a file that this command reads']);
  expect(readFileSync(`${home}/body.json`, 'utf8')).toBe(body);
});

test.skipIf(!canSign)('a plan is signed as it is made', async () => {
  const home = await homeToSign();
  const line = `${grant} --plan ${home}/g.plan --sign --key ${keyOf('ann')} --profile p`;
  const planned = await creditctl(line, { home });
  expect(planned.code, planned.stderr).toBe(0);
  expect(existsSync(`${home}/g.plan.sigs`)).toBe(true);
  const missing = await creditctl(`batch apply ${home}/g.plan --profile p --yes`, { home });
  expect(missing.stderr).toContain('Signed by ann; 1 person missing');
});
