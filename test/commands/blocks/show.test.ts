import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { block } from '../../support/documents.ts';
import { granted, use } from '../../support/granted.ts';

test('one block is asked for by its id, percent-encoded, and printed as the API sent it', async () => {
  const odd = { ...block({ id: 'a/b?' }), new_field: [1] };
  const exchanges = [{ method: 'GET', path: '/credit_blocks/a%2Fb%3F', answer: { json: odd } }];
  const { code, stdout, stderr } = await creditctl('blocks show a/b? -o json', { exchanges, env: orb });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(odd);
});

test('a block that does not exist is exit 4', async () => {
  const result = await creditctl('blocks show nosuchblock --sandbox -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({ code: 'not-found', status: 404, applied: 'no' });
});

test('a missing or impossible id is a usage error', async () => {
  expectUsage(await creditctl('blocks show', { exchanges: [], env: orb }), ['<block> is missing']);
  expectUsage(await creditctl('blocks show ..', { exchanges: [], env: orb }), [
    '<block> is not a valid id: ".."',
  ]);
});

test('on a terminal a block is chosen, and its days are those of its customer, like in the list', async () => {
  const { home } = await granted('--amount 5 --expires 2027-01-31');
  const answers = [
    { message: 'Which customer?', answer: 'acme' },
    { message: 'Which block?', answer: '' },
  ];
  for (const line of ['blocks show', 'blocks invoices']) {
    const { code, stderr, stdout } = await creditctl(`${line} --sandbox`, { home, terminal: 100, answers });
    expect(code, stderr).toBe(0);
    if (line === 'blocks show') expect(stripVTControlCharacters(stdout)).toMatch(/expires +2027-01-31,/);
  }
});

test("a block in the customer's own currency, and one that is used up, can be chosen, too", async () => {
  const { home, block: spent } = await granted('--amount 5');
  await use('5', home);
  const { block: sold } = await granted('--amount 7 --currency USD', home);
  for (const [id, left] of [
    [sold, '7 of 7 USD left'],
    [spent, '0 of 5 left'],
  ]) {
    const answers = [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'Which block?', answer: `${id}  ${left}` },
    ];
    const { code, stderr, stdout } = await creditctl('blocks show --sandbox', {
      home,
      terminal: 100,
      answers,
    });
    expect(code, stderr).toBe(0);
    expect(stripVTControlCharacters(stdout)).toContain(id);
  }
});

test('of a block that is named, an invoice says whose days they are', async () => {
  const { home, block: id } = await granted(
    '--amount 5 --expires 2027-01-31 --cost-basis 1 --invoice-net-terms 3',
  );
  const { stdout } = await creditctl(`blocks show ${id} --sandbox`, { home, terminal: 100 });
  expect(stripVTControlCharacters(stdout)).toMatch(/expires +2027-01-31,/);
  const { block: free } = await granted('--amount 5 --expires 2027-01-31', home);
  const unknown = await creditctl(`blocks show ${free} --sandbox`, { home, terminal: 100 });
  expect(stripVTControlCharacters(unknown.stdout)).toMatch(/expires +2027-01-31 08:00Z,/);
});
