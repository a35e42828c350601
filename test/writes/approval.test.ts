// Above `approval.from` a single write has nobody's signature, so it is refused, whichever command makes it.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, orb } from '../support/command.ts';
import { type Granted, granted } from '../support/granted.ts';
import { freshHome, type RunResult } from '../support/run.ts';

const limit = (from: string, home: string) =>
  creditctl(`config set policy.approval.from ${from} --profile p`, { home });

/** A home in which acme has a block of 100 credits, and whose policy asks for signatures above so many. */
async function homeWith(from: string): Promise<Granted> {
  const made = await granted('--amount 100 --expires +90d');
  await creditctl('config set kind sandbox --profile p', made);
  await limit(from, made.home);
  return made;
}

const sent = ({ requests }: RunResult) => requests.filter(({ method }) => method !== 'GET');

for (const line of [
  'ledger add acme --amount 100',
  'ledger add acme --type decrement --amount 100',
  'blocks void acme BLOCK --amount 100',
  'blocks expire acme BLOCK',
  'blocks extend acme BLOCK --to +200d',
  'blocks delete BLOCK --confirm BLOCK',
  'undo last',
  'topups create acme --threshold 10 --amount 100 --cost-basis 1 --net-terms 30',
  'api POST /customers/external_customer_id/acme/credits/ledger_entry -F entry_type=increment -F amount=100',
]) {
  test(`"${line}" above the limit is refused and names the way out, and at the limit it is written`, async () => {
    const { home, block } = await homeWith('99.99');
    const typed = `${line.replaceAll('BLOCK', block)} --profile p --yes -o json`;
    const result = await creditctl(typed, { home });
    expect(result.code, result.stderr).toBe(10);
    expect(errorOf(result).message).toContain('2 persons must sign (approval.from, the profile "p")');
    // A deletion and a top-up have no plan that could be signed.
    const way = /^(blocks delete|topups)/.test(line) ? 'have the rule changed' : '--plan <file>';
    expect(errorOf(result).next).toEqual([expect.stringContaining(way)]);
    expect(sent(result)).toEqual([]);
    await limit('100', home);
    const written = await creditctl(typed, { home });
    expect(written.code, written.stderr).toBe(0);
    expect(sent(written)).toHaveLength(1);
  });
}

test('the deletion of a block that was used counts all that was ever in it', async () => {
  const { home, block } = await homeWith('100');
  const use = 'ledger add acme --type decrement --amount 60 --profile p --yes';
  expect((await creditctl(use, { home })).code).toBe(0);
  await limit('99', home);
  const result = await creditctl(`blocks delete ${block} --confirm ${block} --profile p --yes`, { home });
  expect(result.code, result.stderr).toBe(10);
  expect(result.stderr).toContain('100 credits is more than 99');
  expect(sent(result)).toEqual([]);
});

test('a raw request whose credits nobody knows is refused, however high the limit is', async () => {
  const { home } = await homeWith('1000000');
  const line = "api POST /credits/transfer -F amount=1 --confirm 'POST /credits/transfer' --profile p --yes";
  const result = await creditctl(line.replaceAll("'", '"'), { home });
  expect(result.code, result.stderr).toBe(10);
  expect(sent(result)).toEqual([]);
});

test('an undo is held against the sum of its parts', async () => {
  const { home } = await homeWith('1000');
  for (const line of ['--amount 60', '--type decrement --amount 130']) {
    const made = await creditctl(`ledger add acme ${line} --profile p --yes`, { home });
    expect(made.code, made.stderr).toBe(0);
  }
  await limit('129', home);
  const result = await creditctl('undo last --profile p --yes -o json', { home });
  expect(result.code, result.stderr).toBe(10);
  expect(errorOf(result).message).toContain('130 credits is more than 129');
  expect(sent(result)).toEqual([]);
});

test('a batch is undone only up to the limit', async () => {
  const { home } = await homeWith('1000');
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,60\nglobex,50\n');
  const line = `ledger import ${home}/x.csv --batch-id b --profile p --yes`;
  expect((await creditctl(line, { home })).code).toBe(0);
  await limit('109', home);
  const result = await creditctl('batch undo b --profile p --yes', { home });
  expect(result.code, result.stderr).toBe(10);
  expect(result.stderr).toContain('110 credits is more than 109');
  expect(sent(result)).toEqual([]);
});

test('a policy that guards a live key is met before anything is sent', async () => {
  const home = freshHome();
  await creditctl('config set policy.approval.from 10 --profile default', { home });
  const result = await creditctl('ledger add acme --amount 11 --yes', { home, env: orb, exchanges: [] });
  expect(result.code, result.stderr).toBe(10);
});
