import { expect, test } from 'vitest';
import { creditctl } from '../support/command.ts';
import { entry, page } from '../support/documents.ts';
import { granted } from '../support/granted.ts';

const env = { ORB_API_KEY: 'key_of_a_test' };
const list = {
  method: 'GET',
  path: '/customers/external_customer_id/acme/credits/ledger?limit=20',
  answer: { json: page([entry({ id: 'e1' }), entry({ id: 'e2' })]) },
};

test.each(['', '-o json', '-o ndjson'])('--jq filters the documents (%s)', async (format) => {
  const expression = format === '-o ndjson' ? '.id' : '.[].id';
  const result = await creditctl(`ledger list acme ${format} --jq ${expression}`, { exchanges: [list], env });
  expect(result).toMatchObject({ code: 0, stdout: 'e1\ne2\n' });
});

test.each([
  ['.[0].description', 'title\\u202e\n'],
  ['.[0]|{description}', '{"description":"\\u001b]0;own\\u0007title\\u202e"}\n'],
])('a terminal obeys nothing of what --jq prints, and a pipe gets it all (%s)', async (expression, shown) => {
  const description = '\u001b]0;own\u0007title\u202e';
  const exchanges = [{ ...list, answer: { json: page([entry({ description })]) } }];
  const line = `ledger list acme --jq ${expression}`;
  const seen = await creditctl(line, { exchanges, env, terminal: 80, answers: [] });
  expect(seen.stdout).toBe(shown);
  const { stdout } = await creditctl(line, { exchanges, env });
  expect(JSON.stringify(stdout)).not.toBe(JSON.stringify(shown));
});

test('a wrong expression is refused before anything is asked or written', async () => {
  for (const line of [
    'ledger list acme --jq "|"',
    'ledger add acme --amount 1 --yes --jq "|"',
    'ledger list acme -o csv --jq .id',
    'ledger list acme --jq ""',
  ]) {
    const { code, stderr } = await creditctl(line, { exchanges: [], env });
    expect(code).toBe(2);
    expect(stderr).toContain('--jq');
  }
});

test.each([
  ['a dry run', 'ledger add acme --amount 5 --dry-run --jq .request.body.amount', '5\n'],
  ['a dry run of fields', 'ledger add acme --amount 5 --dry-run --json id --jq .effect.balance_after', '6\n'],
  ['an export', 'history export --jq .kind', 'noted\nended\nacknowledged\n'],
])('--jq filters what %s prints', async (_, line, stdout) => {
  const { home } = await granted('--amount 1');
  expect(await creditctl(`${line} --sandbox`, { home })).toMatchObject({ code: 0, stdout });
});

test('a write whose answer the expression fails on is applied, and says so', async () => {
  const { code, stdout, stderr } = await creditctl(
    'ledger add acme --amount 1 --sandbox --yes --jq .amount.x',
  );
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ error: { applied: 'yes' } });
});
