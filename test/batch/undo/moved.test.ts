// What is carried out where a ledger moves between the sums that were agreed to and the write.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, linesOf, orb } from '../../support/command.ts';
import { block, customer, entry, made, page } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, type PlannedExchange } from '../../support/run.ts';

const by = '/customers/4QYWy9UbDY8yXKKd';
const get = (rest: string, json: object): PlannedExchange => ({
  method: 'GET',
  path: `${by}${rest}`,
  answer: { json },
});
const who = get('', customer());

/** A grant of 5 to acme, applied at an HTTP API; resolves with its mark. */
async function applied(home: string): Promise<string> {
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\n');
  const none = get('/credits/ledger?currency=credits&limit=1', page([]));
  const lookUp = [
    { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
    none,
    get('/credits?currency=credits&limit=100', page([])),
  ];
  const plan = `batch plan ${home}/x.csv --out ${home}/x.plan --batch-id b`;
  expect((await creditctl(plan, { home, exchanges: lookUp, env: orb })).code).toBe(0);
  const post = { method: 'POST', path: `${by}/credits/ledger_entry`, answer: { status: 201, json: made() } };
  const line = `batch apply ${home}/x.plan --yes`;
  expect((await creditctl(line, { home, exchanges: [who, none, post], env: orb })).code).toBe(0);
  const [, row] = linesOf(readFileSync(`${home}/x.plan`, 'utf8')) as { key: string }[];
  return row?.key ?? '';
}

/** What a look at the account is answered with. */
const look = (balance: number, entries: readonly object[]): readonly PlannedExchange[] => [
  get('/credits/ledger?currency=credits&limit=100', page(entries)),
  { method: 'GET', path: '/credit_blocks/block1', answer: { json: block({ balance }) } },
];

const grantOf = (key: string) => entry({ amount: 5, metadata: { creditctl_key: key } });

test('more than was agreed to is left out and said; the next run shows it anew', async () => {
  const home = freshHome();
  const grants = [grantOf(await applied(home))];
  const exchanges = [...look(3, grants), ...look(5, grants), ...look(5, grants)];
  const result = await creditctl('batch undo b --yes -o json', { home, exchanges, env: orb });
  expect(result.code, result.stderr).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 1, taken_back: 0, writes: 0, credits: [] });
  expect(result.stderr).toContain('The ledger moved after the sums were shown');
  expect(result.stderr).toContain('creditctl batch undo b');
});

test('less than was agreed to is what is taken back', async () => {
  const home = freshHome();
  const key = await applied(home);
  const grants = [grantOf(key)];
  const post: PlannedExchange = {
    method: 'POST',
    path: `${by}/credits/ledger_entry`,
    answer: {
      status: 201,
      json: made({
        entry_type: 'void_initiated',
        new_block_expiry_date: '2026-11-23T12:00:00+00:00',
        void_reason: 'refund',
        void_amount: 3,
      }),
    },
  };
  const exchanges = [...look(5, grants), ...look(3, grants), post, ...look(0, grants)];
  const result = await creditctl('batch undo b --yes -o json', { home, exchanges, env: orb });
  expect(result.code, result.stderr).toBe(9);
  const [sent] = result.requests.filter(({ method }) => method === 'POST');
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({ entry_type: 'void', amount: 3 });
  expect(JSON.parse(result.stdout)).toMatchObject({ writes: 1, credits: [{ voided: 3 }] });
});

test('of an account that is left out every row is counted, and there is a way on', async () => {
  const home = freshHome();
  const rows = 'acme,increment,5,\nacme,decrement,1,\nacme,increment,20,2027-06-01\n';
  writeFileSync(path.join(home, 'x.csv'), `external_customer_id,type,amount,expires\n${rows}`);
  const line = `ledger import ${home}/x.csv --batch-id b --sandbox --yes`;
  expect((await creditctl(line, { home })).code).toBe(0);
  const list = await creditctl('blocks list acme --sandbox --json id,balance', { home });
  const blocks = JSON.parse(list.stdout) as { id: string; balance: number }[];
  const id = blocks.find(({ balance }) => balance === 20)?.id ?? '';
  await creditctl('ledger add acme --type decrement --amount 8 --sandbox --yes', { home });
  let looks = 0;
  const result = await creditctl('batch undo b --sandbox --yes -o json', {
    home,
    between: async (request, exchange) => {
      if (request.path.endsWith('/credits/ledger')) looks += 1;
      const isSecond = looks === 2;
      if (isSecond) looks += 1;
      if (isSecond) await creditctl(`blocks amend acme ${id} --amount 7 --sandbox --yes`, { home });
      return exchange(request);
    },
  });
  expect(result.code, result.stderr).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 3, taken_back: 0, not_taken_back: 1, writes: 0 });
  expect(errorOf(result).message).toContain('3 rows: The ledger moved after the sums were shown');
  expect(errorOf(result).next).toEqual(['creditctl batch undo b --sandbox']);
  expect(recordedIn(home).at(-1)).toMatchObject({ event: 'batch_ended', failed: 0, unprocessed: 3 });
  const again = await creditctl('batch undo b --sandbox --yes -o json', { home });
  expect(again.code).toBe(9);
  expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: 2, not_taken_back: 1, writes: 3 });
});

test('also where the rest of it cannot be taken back, there is a way on', async () => {
  const home = freshHome();
  const grants = [grantOf(await applied(home))];
  const exchanges = [...look(3, grants), ...look(4, grants), ...look(4, grants)];
  const result = await creditctl('batch undo b --yes -o json', { home, exchanges, env: orb });
  expect(result.code, result.stderr).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 1, not_taken_back: 1, writes: 0 });
  expect(errorOf(result).next).toEqual(['creditctl batch undo b']);
});
