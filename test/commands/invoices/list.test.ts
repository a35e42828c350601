import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { invoice, page } from '../../support/documents.ts';

const asked = (query: string, json: object) => ({
  method: 'GET',
  path: `/invoices?${query}`,
  answer: { json },
});

for (const [words, query, id] of [
  ['', 'limit=20'],
  ['acme', 'external_customer_id=acme&limit=20'],
  ['id:x', 'customer_id=x&limit=20', 'x'],
  ['--status draft --status issued', 'status[]=draft&status[]=issued&limit=20'],
  ['--limit 3 --cursor c0', 'limit=3&cursor=c0'],
] as const) {
  test(`"invoices list ${words}" asks by ${query} and prints the documents untouched`, async () => {
    const whose = id === undefined ? {} : { customer: { id, external_customer_id: 'acme' } };
    const document = { ...invoice(whose), something_new: { deep: [1.5] } };
    const exchanges = [asked(query, page([document]))];
    const { code, stdout } = await creditctl(`invoices list ${words} -o json`, { exchanges, env: orb });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([document]);
  });
}

test('a customer who is not there leads to the search', async () => {
  const result = await creditctl('invoices list Acme --sandbox -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result).next).toEqual(['Search: creditctl customers search Acme --sandbox']);
});

test('CSV says what is owed, and until when', async () => {
  const { stdout } = await creditctl(
    'invoices list acme -o csv --columns id,status,total,amount_due,due_date',
    {
      exchanges: [asked('external_customer_id=acme&limit=20', page([invoice()]))],
      env: orb,
    },
  );
  expect(stdout).toBe('id,status,total,amount_due,due_date\ninv1,issued,20,15,2026-01-31T08:00:00+00:00\n');
});

test('an unknown customer is exit 4, a broken answer exit 7', async () => {
  expect((await creditctl('invoices list nobody --sandbox -o json')).code).toBe(4);
  const exchanges = [asked('limit=20', page([invoice({ total: 'much' })]))];
  const broken = await creditctl('invoices list -o json', { exchanges, env: orb });
  expect(broken.code).toBe(7);
  expect(errorOf(broken).message).toContain('data[0].total');
});

test('what is wrong is said at once, before anything is asked', async () => {
  expectUsage(await creditctl('invoices list --status open --limit x', { exchanges: [], env: orb }), [
    '--status must be one of draft, issued, paid, synced, void: "open"',
    '--limit must be a whole number above 0: "x"',
  ]);
});

test('an empty list says which invoices it is of', async () => {
  for (const [words, query, none] of [
    [
      '',
      '',
      'no issued, paid or synced invoices. Show the others: creditctl invoices list --status draft --status void',
    ],
    [
      '--status draft --status void',
      'status[]=draft&status[]=void&',
      'no invoices with the status draft or void',
    ],
  ] as const) {
    const exchanges = [asked(`${query}limit=20`, page([]))];
    const { stderr } = await creditctl(`invoices list ${words}`, { exchanges, env: orb });
    expect(stderr).toBe(`${none}\n`);
  }
  const { stderr } = await creditctl('invoices list acme --sandbox');
  expect(stderr).toContain('creditctl invoices list acme --status draft --status void --sandbox\n');
});
