// Plans made of what is there: blocks that expire soon, customers that have little.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { Exchange, WireRequest } from '../../../src/wire/json.ts';
import { creditctl, csvOf, errorOf, expectUsage, linesOf } from '../../support/command.ts';
import { copyOfHome, freshHome, type RunResult } from '../../support/run.ts';

let prepared: string;

/** acme has 100 until January, 40 until June and 30 for good; globex, a gold one, has 20 until January; initech nothing. */
beforeAll(async () => {
  prepared = freshHome();
  await creditctl('config set kind sandbox --profile p', { home: prepared });
  for (const grant of [
    'acme --amount 100 --expires 2027-01-10',
    'acme --amount 40 --expires 2027-06-01',
    'acme --amount 30',
    'globex --amount 20 --expires 2027-01-05',
  ]) {
    const made = await creditctl(`ledger add ${grant} --profile p --yes`, { home: prepared });
    expect(made.code, made.stderr).toBe(0);
  }
  const gold = await creditctl('customers update globex --metadata tier=gold --profile p --yes', {
    home: prepared,
  });
  expect(gold.code, gold.stderr).toBe(0);
});

interface Selected {
  readonly home: string;
  readonly result: RunResult;
  /** The bodies of the plan's rows, without the ids of blocks. */
  readonly bodies: readonly unknown[];
}

async function select(flags: string): Promise<Selected> {
  const home = copyOfHome(prepared);
  const result = await creditctl(`batch select ${flags} --out ${home}/s.plan --profile p`, { home });
  if (!existsSync(`${home}/s.plan`)) return { home, result, bodies: [] };
  const rows = linesOf(readFileSync(`${home}/s.plan`, 'utf8')).filter((line) => 'row' in (line as object));
  const bodies = rows.map((row) => {
    const { customer, request } = row as {
      customer: { external_customer_id: string };
      request: { body: Record<string, unknown> };
    };
    const { block_id, ...body } = request.body;
    return { for: customer.external_customer_id, ...body };
  });
  return { home, result, bodies };
}

const inAnyOrder = (bodies: readonly unknown[]) => new Set(bodies.map((body) => JSON.stringify(body)));

for (const [flags, bodies] of [
  [
    '--expiring-before 2027-02-01 --extend +30d',
    [
      { for: 'acme', entry_type: 'expiration_change', target_expiry_date: '2027-02-09' },
      { for: 'globex', entry_type: 'expiration_change', target_expiry_date: '2027-02-04' },
    ],
  ],
  [
    '--expiring-before 2027-01-10 --expire --description Over',
    [
      {
        for: 'globex',
        entry_type: 'expiration_change',
        description: 'Over',
        target_expiry_date: '2026-11-23',
      },
    ],
  ],
  ['--balance-above 30 --balance-below 100 --void', [{ for: 'acme', entry_type: 'void', amount: 40 }]],
  ['--metadata tier=gold --void', [{ for: 'globex', entry_type: 'void', amount: 20 }]],
  ['--metadata tier=gold --grant 2', [{ for: 'globex', entry_type: 'increment', amount: 2 }]],
  ['--balance-below 21 --source manual --grant 5', [{ for: 'globex', entry_type: 'increment', amount: 5 }]],
  [
    '--balance-below 170 --grant 5 --expires 2027-03-01',
    [
      { for: 'globex', entry_type: 'increment', amount: 5, expiry_date: '2027-03-01T00:00:00+00:00' },
      { for: 'initech', entry_type: 'increment', amount: 5, expiry_date: '2027-03-01T00:00:00+09:00' },
    ],
  ],
] as const)
  test(`"${flags}" plans exactly what it means`, async () => {
    const selected = await select(flags);
    expect(selected.result.code, selected.result.stderr).toBe(0);
    expect(inAnyOrder(selected.bodies)).toEqual(inAnyOrder(bodies));
    const { home } = selected;
    expect(readdirSync(`${home}/.local/state/creditctl/input`)).toEqual([]);
    const applied = await creditctl(`batch apply ${home}/s.plan --profile p --yes -o json`, { home });
    expect(applied.code, applied.stderr).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject({ succeeded: bodies.length, failed: 0 });
  });

test('all that a block holds is counted as what was moved, not as nothing and not as what was planned', async () => {
  const { home } = await select('--expiring-before 2027-02-01 --extend +30d');
  const used = 'ledger add acme --type decrement --amount 5.5 --profile p --yes';
  expect((await creditctl(used, { home })).code).toBe(0);
  const line = `batch apply ${home}/s.plan --profile p --yes --allow-drift -o json`;
  const sums = [];
  for (const { stdout } of [await creditctl(line, { home }), await creditctl(line, { home })])
    sums.push(JSON.parse(stdout) as { credits: unknown; credits_now: unknown });
  const credits = [expect.objectContaining({ rows: 2, expiry_changed: 114.5 })];
  expect(sums).toMatchObject([
    { credits, credits_now: credits },
    { credits, credits_now: [] },
  ]);
});

test('what matches nothing is said, and there is no plan', async () => {
  for (const flags of ['--balance-above 1000 --void', '--source top_up --expire']) {
    const { home, result } = await select(flags);
    expect(result.code, result.stderr).toBe(4);
    expect(result.stderr).toContain('Nothing matches');
    expect(existsSync(`${home}/s.plan`)).toBe(false);
  }
});

test('what is wrong with its rows names customers, blocks and flags, and no line that nobody sees', async () => {
  const home = copyOfHome(prepared);
  const grants = '--balance-below 21 --grant 5 --expires 2020-01-01 --profile p';
  const past = await creditctl(`batch select ${grants} --out ${home}/s.plan --problems ${home}/p.csv`, {
    home,
  });
  expect(past.code).toBe(2);
  expect(past.stderr).toMatch(/^ *globex: --expires is in the past/m);
  expect(past.stderr).not.toContain('line');
  const filed = csvOf(readFileSync(`${home}/p.csv`, 'utf8')).map(({ field }) => field);
  expect(filed).toContain('globex: --expires');
  await creditctl('config set policy.description_required true --profile p', { home });
  const line = `batch select --balance-above 35 --void --out ${home}/s.plan --profile p`;
  const refused = await creditctl(line, { home });
  expect(refused.code).toBe(10);
  expect(refused.stderr).toMatch(/^ *acme, block \w+: every entry needs a description/m);
  expect(refused.stderr).not.toContain('row 1');
});

test('a second selection is a batch of its own, unless it is named', async () => {
  const { home } = await select('--balance-below 1 --grant 5');
  await creditctl(`batch apply ${home}/s.plan --profile p --yes`, { home });
  const again = `batch select --balance-below 6 --grant 5 --out ${home}/t.plan --profile p`;
  expect((await creditctl(again, { home })).code).toBe(0);
  const applied = await creditctl(`batch apply ${home}/t.plan --profile p --yes -o json`, { home });
  expect(JSON.parse(applied.stdout)).toMatchObject({ succeeded: 1, already: 0 });
});

test('everything that is wrong with the flags is said at once, and nothing is asked', async () => {
  const wrong = '--expiring-before soon --balance-below x --source gift --extend 30d --void --expires +1y';
  expectUsage(await creditctl(`batch select ${wrong} --sandbox`), [
    '--expiring-before',
    '--balance-below',
    '--source must be one of',
    '--extend must be a period such as +30d',
    'What to do must be only one of --extend, --void',
    '--expires is for grants',
    '--out is missing',
  ]);
  const empty = await creditctl('batch select --grant 5 --currency "" --out x --sandbox');
  expectUsage(empty, ['A condition is missing', '--currency is empty']);
});

test('a plan that cannot be written or signed is refused before any customer is read', async () => {
  for (const [flags, part] of [
    ['--out /none/s.plan', '--out names a file that is in a folder that does not exist'],
    ['--out x --batch-id "a b"', '--batch-id must be'],
    ['--out x --key k', '--key is for signing: add --sign'],
    ['--out x --sign --key nowhere', '--key names no file'],
  ] as const)
    expectUsage(await creditctl(`batch select --balance-below 6 --grant 5 --sandbox ${flags}`), [part]);
});

test('a block that the API lists twice, under another id, is named and not planned; two equal grants are no such thing', async () => {
  const home = copyOfHome(prepared);
  const twice = async (request: WireRequest, exchange: Exchange) => {
    const answer = await exchange(request);
    if (!request.path.endsWith('/credits')) return answer;
    const page = JSON.parse(answer.body) as { data: { balance: number }[] };
    const copies = page.data
      .filter(({ balance }) => balance === 40)
      .map((block) => ({ ...block, id: 'copy' }));
    return { ...answer, body: JSON.stringify({ ...page, data: [...copies, ...page.data] }) };
  };
  const line = `batch select --void --balance-above 35 --out ${home}/s.plan --profile p`;
  const result = await creditctl(`${line} -o json`, { home, between: twice });
  expect(errorOf(result)).toMatchObject({ code: 'server', applied: 'no' });
  expect(existsSync(`${home}/s.plan`)).toBe(false);
  await creditctl('ledger add acme --amount 40 --expires 2027-06-01 --profile p --yes', { home });
  const { code, stderr } = await creditctl(line, { home });
  expect(code, stderr).toBe(0);
});
