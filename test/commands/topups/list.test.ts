import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { customer, page, topUp } from '../../support/documents.ts';

for (const [words, path] of [
  ['acme', '/customers/external_customer_id/acme/credits/top_ups'],
  ['id:x', '/customers/x/credits/top_ups'],
  ['--customer-id x', '/customers/x/credits/top_ups'],
  ['--external-customer-id "a b"', '/customers/external_customer_id/a%20b/credits/top_ups'],
] as const) {
  test(`"topups list ${words}" asks for ${path} and prints the documents untouched`, async () => {
    const document = { ...topUp(), something_new: { deep: [1.5] } };
    const exchanges = [{ method: 'GET', path: `${path}?limit=20`, answer: { json: page([document]) } }];
    const { code, stdout } = await creditctl(`topups list ${words} -o json`, { exchanges, env: orb });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([document]);
  });
}

const path = '/customers/external_customer_id/acme/credits/top_ups';

test('--limit, --cursor and --all decide which pages are asked for', async () => {
  const some = await creditctl('topups list acme --limit 1 --cursor c0', {
    exchanges: [
      { method: 'GET', path: `${path}?limit=1&cursor=c0`, answer: { json: page([topUp()], 'c1') } },
    ],
    env: orb,
  });
  expect(some.stdout).toContain('topUp1');
  expect(some.stderr).toContain('--cursor c1');
  const exchanges = [
    { method: 'GET', path: `${path}?limit=100`, answer: { json: page([topUp()], 'c1') } },
    { method: 'GET', path: `${path}?limit=100&cursor=c1`, answer: { json: page([topUp({ id: 't2' })]) } },
  ];
  const { stdout } = await creditctl('topups list acme --all -o csv --columns id,threshold', {
    exchanges,
    env: orb,
  });
  expect(stdout).toBe('id,threshold\ntopUp1,100\nt2,100\n');
});

test('on a terminal the customer is asked for, and the figures are in a table', async () => {
  const exchanges = [
    { method: 'GET', path: '/customers?limit=100', answer: { json: page([customer()]) } },
    { method: 'GET', path: `${path}?limit=20`, answer: { json: page([topUp()]) } },
    { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
  ];
  const answers = [{ message: 'Which customer?', answer: 'acme' }];
  const { code, stdout } = await creditctl('topups list', { exchanges, env: orb, terminal: 160, answers });
  expect(code).toBe(0);
  expect(stdout).toMatch(/topUp1.*100.*500.*credits.*0\.2.*12 months.*30.*no/);
});

test('no top-ups are an empty list, and said to be none', async () => {
  const { code, stdout, stderr } = await creditctl('topups list acme --sandbox');
  expect(code).toBe(0);
  expect(stdout).not.toContain('credits');
  expect(stderr).toContain('no top-ups');
});

test('an unknown customer is exit 4, and a broken answer exit 7 that names the field', async () => {
  const nobody = await creditctl('topups list nobody --sandbox -o json');
  expect(nobody.code).toBe(4);
  expect(errorOf(nobody)).toMatchObject({ code: 'not-found', status: 404 });
  const exchanges = [
    { method: 'GET', path: `${path}?limit=20`, answer: { json: page([topUp({ threshold: 100 })]) } },
  ];
  const broken = await creditctl('topups list acme -o json', { exchanges, env: orb });
  expect(broken.code).toBe(7);
  expect(broken.stdout).toBe('');
  expect(errorOf(broken).message).toContain(
    'data[0].threshold is the number 100 instead of a decimal number',
  );
});

test('what is wrong is said at once, before anything is asked', async () => {
  expectUsage(await creditctl('topups list --limit 0 --cursor ""', { exchanges: [], env: orb }), [
    '<customer> is missing',
    '--limit must be a whole number above 0: "0"',
    '--cursor is empty',
  ]);
});
