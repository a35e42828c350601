import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { alert, customer, page } from '../../support/documents.ts';

const x = { id: 'x', external_customer_id: null };
for (const [words, query, holder] of [
  ['acme', 'external_customer_id=acme', alert().customer],
  ['id:x', 'customer_id=x', x],
  ['--customer-id x', 'customer_id=x', x],
  ['--external-customer-id "a b"', 'external_customer_id=a b', { id: 'x', external_customer_id: 'a b' }],
] as const) {
  test(`"alerts list ${words}" asks by ${query} and prints the documents untouched`, async () => {
    const document = { ...alert({ customer: holder }), something_new: { deep: [1.5] } };
    const exchanges = [
      { method: 'GET', path: `/alerts?${query}&limit=20`, answer: { json: page([document]) } },
    ];
    const { code, stdout } = await creditctl(`alerts list ${words} -o json`, { exchanges, env: orb });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([document]);
  });
}

const asked = (query: string, json: object) => ({
  method: 'GET',
  path: `/alerts?external_customer_id=acme&${query}`,
  answer: { json },
});

test('an alert of another customer breaks the list, and one of no customer does not', async () => {
  const strange = alert({ customer: { id: 'other', external_customer_id: 'globex' } });
  const exchanges = [asked('limit=20', page([alert(), strange]))];
  const result = await creditctl('alerts list acme -o json', { exchanges, env: orb });
  expect(result.code).toBe(7);
  expect(errorOf(result).message).toBe(
    'The API answered with a record of customer globex where acme was asked for',
  );
  const general = [asked('limit=20', page([alert({ customer: null })]))];
  expect((await creditctl('alerts list acme', { exchanges: general, env: orb })).code).toBe(0);
});

test('each threshold says in words whether it is in alert, in a table and in CSV', async () => {
  const exchanges = [asked('limit=20', page([alert()]))];
  const table = await creditctl('alerts list acme', { exchanges, env: orb });
  expect(table.stdout).toMatch(
    /alert1 +credit_balance_dropped +true +500 in alert, 100 ok +500, 100 +credits/,
  );
  const csv = await creditctl('alerts list acme -o csv --columns id,balance_alert_status', {
    exchanges,
    env: orb,
  });
  expect(csv.stdout).toBe('id,balance_alert_status\nalert1,"500 in alert, 100 ok"\n');
});

test('on a terminal the customer is asked for, and an alert that has gone off is red', async () => {
  const exchanges = [
    { method: 'GET', path: '/customers?limit=100', answer: { json: page([customer()]) } },
    asked('limit=20', page([alert()])),
    { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
  ];
  const { code, stdout } = await creditctl('alerts list', {
    exchanges,
    env: { ...orb, FORCE_COLOR: '1' },
    terminal: 140,
    answers: [{ message: 'Which customer?', answer: 'acme' }],
  });
  expect(code).toBe(0);
  expect(stdout).toContain('\u001b[31m500 in alert, 100 ok');
});

test('--limit, --cursor and --all decide which pages are asked for', async () => {
  const exchanges = [
    asked('limit=100', page([alert()], 'c1')),
    asked('limit=100&cursor=c1', page([alert({ id: 'a2' })])),
  ];
  const { stdout } = await creditctl('alerts list acme --all --json id', { exchanges, env: orb });
  expect(JSON.parse(stdout)).toEqual([{ id: 'alert1' }, { id: 'a2' }]);
  const some = await creditctl('alerts list acme --limit 1 --cursor c0', {
    exchanges: [asked('limit=1&cursor=c0', page([alert()], 'c1'))],
    env: orb,
  });
  expect(some.stderr).toContain('--cursor c1');
});

test('no alerts are an empty list, an unknown customer is exit 4, a broken answer exit 7', async () => {
  const none = await creditctl('alerts list acme --sandbox -o json');
  expect(JSON.parse(none.stdout)).toEqual([]);
  const nobody = await creditctl('alerts list nobody --sandbox -o json');
  expect(nobody.code).toBe(4);
  expect(errorOf(nobody)).toMatchObject({ code: 'not-found', status: 404 });
  const exchanges = [asked('limit=20', page([alert({ enabled: 'yes' })]))];
  const broken = await creditctl('alerts list acme -o json', { exchanges, env: orb });
  expect(broken.code).toBe(7);
  expect(broken.stdout).toBe('');
  expect(errorOf(broken).message).toContain('data[0].enabled is the text "yes" instead of true or false');
});

test('what is wrong is said at once, before anything is asked', async () => {
  expectUsage(await creditctl('alerts list --limit x --cursor ""', { exchanges: [], env: orb }), [
    '<customer> is missing',
    '--limit must be a whole number above 0: "x"',
    '--cursor is empty',
  ]);
});
