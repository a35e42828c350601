import { expect, test } from 'vitest';
import { creditctl, expectUsage, orb } from '../../support/command.ts';
import { customer, page } from '../../support/documents.ts';

const asked = (query: string, json: object) => ({
  method: 'GET',
  path: `/customers?${query}`,
  answer: { json },
});

test('20 customers are asked for, and where the list goes on is named', async () => {
  const twenty = Array.from({ length: 20 }, (_, index) => customer({ id: `c${index}` }));
  const exchanges = [asked('limit=20', page(twenty, 'next'))];
  const { code, stdout, stderr } = await creditctl('customers list --json id', { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(twenty.map(({ id }) => ({ id })));
  expect(JSON.parse(stderr)).toEqual({ next_cursor: 'next' });
});

test('--all follows the pages and --cursor begins at one', async () => {
  const exchanges = [
    asked('limit=100&cursor=a', page([customer({ id: 'c1' })], 'b')),
    asked('limit=100&cursor=b', page([customer({ id: 'c2' })])),
  ];
  const { stdout } = await creditctl('customers list --all --cursor a -o csv --columns id', {
    exchanges,
    env: orb,
  });
  expect(stdout).toBe('id\nc1\nc2\n');
});

test('a customer without an external id is shown by the id of Orb alone', async () => {
  const exchanges = [asked('limit=20', page([customer({ external_customer_id: null })]))];
  const { stdout } = await creditctl('customers list', { exchanges, env: orb });
  expect(stdout).toMatch(/^-\s+4QYWy9UbDY8yXKKd\s+Acme Corp/m);
});

test('a wrong limit is refused before anything is asked', async () => {
  expectUsage(await creditctl('customers list --limit ten', { exchanges: [], env: orb }), [
    '--limit must be',
  ]);
});
