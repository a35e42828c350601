// What a plan predicts, held against what the embedded ledger then does with the plan's own requests.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openPlan } from '../../../src/batch/plan/plan-reader.ts';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { writeJson } from '../../../src/wire/json.ts';
import { creditctl } from '../../support/command.ts';
import { freshHome, noon } from '../../support/run.ts';

interface Account {
  readonly currency: string;
  readonly balance_after: number;
  readonly refusals: number;
}

/** Rows as CSV cells after the customer: type, amount, expires, effective, cost-basis, block, target-expires. */
const header =
  'external_customer_id,type,amount,expires,effective,cost-basis,invoice-net-terms,block,target-expires,require-payment';

const amount = fc.integer({ min: 1, max: 60 }).map((tenths) => String(tenths / 10));
const maybe = (...values: string[]) => fc.constantFrom('', ...values);

const rowOf = (blocks: readonly string[]) => {
  const block = fc.constantFrom(...blocks);
  return fc.oneof(
    fc
      .tuple(amount, maybe('+1d', '+30d'), maybe('+2m'), fc.boolean())
      .map(([credits, expires, effective, waits]) => {
        const sold = waits ? '0.5,10' : ',';
        const lasts = effective === '' ? expires : '';
        return `increment,${credits},${lasts},${effective},${sold},,,${waits ? 'true' : ''}`;
      }),
    amount.map((credits) => `decrement,${credits},,,,,,,`),
    fc
      .tuple(
        fc.oneof(amount, fc.constant('')),
        block,
        maybe('+9d').map((on) => on || 'today'),
      )
      .map(([credits, id, on]) => `expiration_change,${credits},,,,,${id},${on},`),
    fc.tuple(amount, block).map(([credits, id]) => `void,${credits},,,,,${id},,`),
  );
};

async function planned(rows: (blocks: readonly string[]) => readonly string[]) {
  const home = freshHome();
  const blocks: string[] = [];
  for (const flags of ['--amount 5', '--amount 3.5 --expires +20d', '--amount 4 --expires +5d']) {
    const added = await creditctl(`ledger add acme ${flags} --sandbox --yes --json`, { home });
    blocks.push((JSON.parse(added.stdout) as { credit_block: { id: string } }).credit_block.id);
  }
  const lines = rows(blocks).map((row) => `acme,${row}`);
  writeFileSync(path.join(home, 'x.csv'), `${[header, ...lines].join('\n')}\n`);
  const plan = path.join(home, 'x.plan');
  const made = await creditctl(`batch plan ${home}/x.csv --out ${plan} --sandbox --json`, { home });
  expect(made.code, made.stderr).toBe(0);
  const { accounts } = JSON.parse(made.stdout) as { accounts: Account[] };
  return { home, plan, account: accounts[0] };
}

/** Sends every request of a plan; says how many were refused, and what can be used afterwards. */
async function carriedOut(home: string, file: string): Promise<{ refused: number; available: number }> {
  const sandbox = await openSandbox({
    path: path.join(home, '.local/state/creditctl/sandbox.db'),
    now: () => noon,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
  const plan = await openPlan(file);
  let refused = 0;
  for await (const { request, key } of plan.rows()) {
    const headers = { 'idempotency-key': key };
    const { status } = await sandbox.exchange({
      ...request,
      query: [],
      headers,
      body: writeJson(request.body),
    });
    if (status !== 201) refused += 1;
  }
  await plan.close();
  sandbox.close();
  const balance = await creditctl('balance acme --sandbox --json available', { home });
  return { refused, ...(JSON.parse(balance.stdout) as { available: number }) };
}

test('the balance after a plan and the rows that are refused are as predicted', async () => {
  const places = ['b0', 'b1', 'b2'];
  const rows = fc.array(rowOf(places), { minLength: 1, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(rows, async (drawn) => {
      const { home, plan, account } = await planned((blocks) =>
        drawn.map((row) => row.replace(/\bb(\d)\b/, (_, at: string) => blocks[Number(at)] ?? '')),
      );
      expect(await carriedOut(home, plan)).toEqual({
        refused: account?.refusals,
        available: account?.balance_after,
      });
    }),
    { numRuns: 12 },
  );
});
