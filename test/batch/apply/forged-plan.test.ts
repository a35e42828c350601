// A plan is a file that anybody can write, its hash included: what it says leads nowhere that no plan leads.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage } from '../../support/command.ts';
import { rehashed } from '../../support/plans.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, homeAfter, type RunResult } from '../../support/run.ts';

async function planned(): Promise<string> {
  const home = freshHome();
  await creditctl('config set kind sandbox --profile p', { home });
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,600\nglobex,500\n');
  const plan = await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --profile p`, { home });
  expect(plan.code, plan.stderr).toBe(0);
  return home;
}

/** A home with a plan whose text was changed, and its hash made anew. */
async function forged(change: (text: string) => string): Promise<string> {
  const home = await homeAfter('a plan to forge', planned);
  const file = path.join(home, 'x.plan');
  const before = readFileSync(file, 'utf8');
  const text = change(before);
  expect(text).not.toBe(before);
  writeFileSync(file, rehashed(text));
  return home;
}

const apply = (home: string, more = ''): Promise<RunResult> =>
  creditctl(`batch apply ${home}/x.plan --profile p --yes ${more}`, { home });

/** Exit 10, nothing sent but reads, nothing recorded, and nothing beside the state folder's own files. */
async function expectRefused(home: string): Promise<RunResult> {
  const [files, events] = [readdirSync(home), recordedIn(home)];
  const result = await apply(home);
  expect(result.code, result.stderr).toBe(10);
  expect(result.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(readdirSync(home)).toEqual(files);
  expect(recordedIn(home)).toEqual(events);
  return result;
}

const idOf = (id: string) => (text: string) =>
  text.replace(
    /"batch":\{"id":"[^"]+","is_named":false\}/,
    `"batch":{"id":${JSON.stringify(id)},"is_named":true}`,
  );

for (const id of ['../../escaped', '../p-00000000/q', '/tmp/escaped', '.', 'last'])
  test(`a plan of the batch "${id}" is refused`, async () => {
    await expectRefused(await forged(idOf(id)));
  });

test('a row that is no entry of its customer is refused', async () => {
  for (const path_ of ['balance_transactions', 'credits/ledger_entry.json'])
    await expectRefused(await forged((text) => text.replace('credits/ledger_entry', path_)));
});

for (const [what, change] of [
  ['a sum of all', (text: string) => text.replace(/"granted":1100(?=[^\n]*"sha256")/, '"granted":1')],
  ['a sum of one customer', (text: string) => text.replace('"granted":600', '"granted":500')],
  ['the largest row', (text: string) => text.replaceAll('"largest_row":600', '"largest_row":6')],
  ['the number of rows by type', (text: string) => text.replace('{"increment":2}', '{"increment":1}')],
  ['the number of customers', (text: string) => text.replace('"customers":2,"ref', '"customers":1,"ref')],
  [
    'rows that would be refused',
    (text: string) => text.replace('"customers":2,"refusals":0', '"customers":2,"refusals":2'),
  ],
  [
    'an amount of a row',
    (text: string) =>
      text.replace('"amount":500}', '"amount":900}').replaceAll('"granted":600', '"granted":200'),
  ],
  ['a currency of a row', (text: string) => text.replace('"amount":500}', '"amount":500,"currency":"USD"}')],
  ['a field of a body', (text: string) => text.replace('"amount":500}', '"amount":500,"gift":true}')],
  [
    'a mark of another write',
    (text: string) => text.replace('"amount":500}', '"amount":500,"metadata":{"creditctl_key":"x"}}'),
  ],
  [
    'the customers of its account',
    (text: string) => text.replace(/"customers":\["\w+",/, '"customers":["Xy",'),
  ],
  [
    'the order of its rows',
    (text: string) => text.replace(/(\{"row":1,[^\n]*\n)(\{"row":2,[^\n]*\n)/, '$2$1'),
  ],
] as const)
  test(`a plan that was changed in ${what} is refused, although its hash is right`, async () => {
    await expectRefused(await forged(change));
  });

test('totals of other rows are refused', async () => {
  await expectRefused(await forged((text) => text.replace(/\{"row":2,[^\n]*\n/, '')));
  const twice = (text: string) => text.replace(/(\{"row":2,[^\n]*\n)/, '$1$1');
  await expectRefused(await forged(twice));
});

test('a batch of another place is not reached by the name of its folder', async () => {
  const home = freshHome();
  for (const profile of ['a', 'b']) await creditctl(`config set kind sandbox --profile ${profile}`, { home });
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\n');
  await creditctl(`ledger import ${home}/x.csv --batch-id q --profile a --yes`, { home });
  for (const command of ['resume', 'undo'])
    for (const name of ['../a/q', '../../batches/a/q']) {
      const result = await creditctl(`batch ${command} ${name} --profile b --yes`, { home });
      expect(result.code, result.stderr).toBe(2);
      expect(result.requests).toEqual([]);
    }
  expect((await creditctl('batch status ../a/q --profile b', { home })).code).toBe(2);
});

test('a word that is a batch and a write takes neither back', async () => {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\n');
  await creditctl(`ledger import ${home}/x.csv --batch-id may --sandbox --yes`, { home });
  await creditctl('ledger add globex --amount 3 --idempotency-key may --sandbox --yes', { home });
  const result = await creditctl('undo may --sandbox --yes -o json', { home });
  expect(result.code, result.stderr).toBe(2);
  expect(errorOf(result).next).toContain('The batch: creditctl batch undo may --sandbox');
  expect(result.requests).toEqual([]);
});

test('a key that means something already is no key that can be set by hand', async () => {
  for (const key of ['last', `undo-${'0'.repeat(40)}`, `batch-${'a'.repeat(40)}`])
    expectUsage(await creditctl(`ledger add acme --amount 1 --sandbox --yes --idempotency-key ${key}`), [
      '--idempotency-key must not',
    ]);
});

test('a cap on the batch counts what a block holds, and not what the plan says of it', async () => {
  const home = freshHome();
  await creditctl('config set kind sandbox --profile p', { home });
  await creditctl('config set policy.batch_cap 50 --profile p', { home });
  const granting = 'ledger add acme --amount 40 --expires +30d --profile p --yes --json credit_block';
  const { stdout } = await creditctl(granting, { home });
  const block = (JSON.parse(stdout) as { credit_block: { id: string } }).credit_block.id;
  writeFileSync(
    path.join(home, 'x.csv'),
    `external_customer_id,type,block,target-expires\nacme,expiration_change,${block},+90d\n`,
  );
  const planned = await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --profile p`, { home });
  expect(planned.code, planned.stdout + planned.stderr).toBe(0);
  const file = path.join(home, 'x.plan');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('"moves":40');
  writeFileSync(file, rehashed(text.replaceAll(/(?<="(moves|expiry_changed|largest_row)":)40/g, '4')));
  const { stderr } = await expectRefused(home);
  expect(stderr).toContain('which is 40 and not 4');
  writeFileSync(file, text);
  expect((await apply(home)).code).toBe(0);
});
