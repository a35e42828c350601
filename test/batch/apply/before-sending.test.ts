// What a person agreed to must still hold after the question: caps, signatures, blocks and other runs of the batch.
import { appendFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, posts } from '../../support/command.ts';
import { freshHome, type RunResult } from '../../support/run.ts';
import { canSign, homeToSign, signatureOf } from '../../support/signers.ts';

/** A home with a plan of these lines, and the place of its embedded ledger. */
async function planned(lines: string, rules = ''): Promise<{ home: string; db: string }> {
  const home = freshHome();
  await creditctl('config set kind sandbox --profile p', { home });
  if (rules !== '') await creditctl(`config set ${rules} --profile p`, { home });
  await plan(home, lines);
  return { home, db: `${home}/.local/state/creditctl/sandbox.db` };
}

async function plan(home: string, lines: string): Promise<void> {
  writeFileSync(`${home}/x.csv`, lines);
  const { code, stderr } = await creditctl(
    `batch plan ${home}/x.csv --out ${home}/x.plan --force --profile p`,
    { home },
  );
  expect(code, stderr).toBe(0);
}

const grant = 'external_customer_id,amount\nacme,5\n';

const apply = (home: string, meanwhile: () => Promise<unknown>): Promise<RunResult> =>
  creditctl(`batch apply ${home}/x.plan --profile p`, {
    home,
    terminal: 200,
    answers: [{ message: 'Write ', answer: true, meanwhile }],
  });

test('a cap counts what another program granted while the person thought', async () => {
  const { home, db } = await planned(grant, 'policy.customer_day_cap 10');
  const other = { home: freshHome(), env: { CREDITCTL_SANDBOX_DB: db } };
  const result = await apply(home, () => creditctl('ledger add acme --amount 8 --sandbox --yes', other));
  expect([result.code, posts(result)], result.stderr).toEqual([9, []]);
  expect(result.stderr).toContain('a customer may get 10 in a day, and 8 are granted');
});

test.each([
  ['ran', ['apply HOME/x.plan'], true],
  ['undid', ['apply HOME/x.plan', 'undo'], false],
] as const)('of a batch that a colleague %s while the person thought, just that is said', async (done, lines, goesOn) => {
  const { home } = await planned(grant);
  const result = await apply(home, async () => {
    for (const line of lines)
      await creditctl(`batch ${line.replace('HOME', home)} --profile p --yes`, { home, who: 'anna' });
  });
  expect([result.code, posts(result)], result.stderr).toEqual([10, []]);
  expect(result.stderr).toMatch(new RegExp(`anna ${done} the batch \\S+ after this command had read it`));
  expect(result.stderr.includes('Run the same command again')).toBe(goesOn);
});

test('a row without an amount is not sent if its block was filled while the person thought', async () => {
  const { home } = await planned(grant);
  const granted = await creditctl(
    'ledger add acme --amount 100 --expires +1y --profile p --yes --json credit_block',
    { home },
  );
  const { id } = JSON.parse(granted.stdout).credit_block;
  await creditctl('ledger add acme --type decrement --amount 60 --profile p --yes', { home });
  await plan(home, `external_customer_id,type,block,target_expires\nacme,expiration_change,${id},+9d\n`);
  const result = await apply(home, () =>
    creditctl(`blocks amend acme ${id} --amount 60 --profile p --yes`, { home }),
  );
  expect([result.code, posts(result)], result.stderr).toEqual([10, []]);
  expect(result.stderr).toContain('A balance changed after this plan was made');
});

test.skipIf(!canSign)('signatures that expired while the person thought do not count', async () => {
  const home = await homeToSign();
  for (const name of ['ann', 'bob'])
    appendFileSync(`${home}/x.plan.sigs`, signatureOf(`${home}/x.plan`, name));
  const result = await apply(home, () => creditctl('sandbox clock advance 8d --profile p', { home }));
  expect([result.code, posts(result)], result.stderr).toEqual([10, []]);
  expect(result.stderr).toContain('signatures held until');
});

/** Runs lines that must end well, on the embedded ledger of the profile `p`. */
async function done(home: string, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { code, stderr } = await creditctl(`${line} --profile p`, { home });
    expect(code, `${line}\n${stderr}`).toBe(0);
  }
}

/** Runs a batch whose connection is cut before each write after the first. */
async function halfDone(home: string, line: string): Promise<string> {
  let written = 0;
  const cut = await creditctl(`${line} --profile p --yes`, {
    home,
    between: (request, exchange) => {
      if (request.method === 'POST') written += 1;
      if (request.method === 'POST' && written > 1) throw new TransportFailure('it was cut', 'no');
      return exchange(request);
    },
  });
  expect(cut.code, cut.stderr).toBe(9);
  return home;
}

/** A home in which a file of 5 for acme and 7 for globex was written for acme alone. */
async function halfFile(flags = ''): Promise<string> {
  const { home } = await planned('external_customer_id,amount\nacme,5\nglobex,7\n');
  return halfDone(home, `ledger import ${home}/x.csv ${flags}`);
}

/** The ways on that `batch resume` names where it cannot go on. */
async function waysOn(home: string): Promise<unknown> {
  const result = await creditctl('batch resume --profile p --yes -o json', { home });
  expect([result.code, posts(result)], result.stderr).toEqual([10, []]);
  return errorOf(result).next;
}

test('a named batch that was half done is planned again under its name, and no row is written twice', async () => {
  const home = await halfFile('--batch-id b');
  await done(home, 'ledger add globex --amount 1 --yes');
  expect(await waysOn(home)).toContain(
    'Plan again with --batch-id b. Rows that were applied already stay applied',
  );
  const plan = `batch plan ${home}/x.csv --batch-id b --out ${home}/x.plan --force`;
  await done(home, plan, `batch apply ${home}/x.plan --yes`);
  const { stdout } = await creditctl('ledger list acme --profile p --json amount', { home });
  expect(JSON.parse(stdout)).toEqual([{ amount: 5 }]);
});

test('a selection that was half done is not made again: it would write what was applied', async () => {
  const { home } = await planned(grant);
  await done(home, 'ledger add acme --amount 1 --yes', 'ledger add globex --amount 1 --yes');
  await done(home, `batch select --balance-above 0 --grant 7 --out ${home}/x.plan --force`);
  await halfDone(home, `batch apply ${home}/x.plan`);
  await done(home, 'ledger add acme --amount 1 --yes', 'ledger add globex --amount 1 --yes');
  expect(await waysOn(home)).toContain(
    'Plan only what is left: each selection is a new batch, and writes again what was applied',
  );
});

test.each([
  ['entry_cap', 'Plan only the rows that are left, or have the rule changed by whoever keeps the policy'],
  ['batch_cap', 'Plan only the rows that are left, or have the rule changed by whoever keeps the policy'],
  ['team_day_cap', 'On another day: creditctl batch resume b --profile p'],
])('a batch that was half done is no other file for the sake of %s', async (rule, way) => {
  const home = await halfFile('--batch-id b');
  await done(home, `config set policy.${rule} 6`);
  expect(await waysOn(home)).toEqual([way]);
});
