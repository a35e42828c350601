import { expect, test } from 'vitest';
import { creditctl, csvOf, errorOf, expectUsage, linesOf, orb } from '../../support/command.ts';
import { block } from '../../support/documents.ts';
import { granted } from '../../support/granted.ts';

const invoice = (changes: object = {}) => ({
  id: 'inv1',
  invoice_number: 'JYEFHK-00001',
  status: 'issued',
  customer: { id: '4QYWy9UbDY8yXKKd', external_customer_id: 'acme' },
  subscription: null,
  ...changes,
});
const answering = (...invoices: readonly object[]) => ({
  env: orb,
  exchanges: [
    {
      method: 'GET',
      path: '/credit_blocks/a%2Fb/invoices',
      answer: { json: { block: block({ id: 'a/b' }), invoices } },
    },
  ],
});
const second = invoice({
  id: 'inv2',
  status: 'paid',
  customer: { id: 'c2', external_customer_id: null },
  subscription: { id: 'sub1' },
  new_field: true,
});

test('JSON is the invoices as the API sent them, without the block', async () => {
  const { code, stdout, stderr } = await creditctl(
    'blocks invoices a/b -o json',
    answering(invoice(), second),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual([invoice(), second]);
});

test('the invoices of another block are not shown', async () => {
  const exchanges = [
    { method: 'GET', path: '/credit_blocks/b1/invoices', answer: { json: { block: block(), invoices: [] } } },
  ];
  const result = await creditctl('blocks invoices b1 -o json', { exchanges, env: orb });
  expect(result.code).toBe(7);
  expect(errorOf(result).message).toBe(`The API answered with ${block().id} where b1 was asked for`);
});

test('every other format has a row for each', async () => {
  const both = () => answering(invoice(), second);
  expect(linesOf((await creditctl('blocks invoices a/b -o ndjson', both())).stdout)).toHaveLength(2);
  const rows = csvOf((await creditctl('blocks invoices a/b -o csv', both())).stdout);
  expect(rows).toEqual([
    {
      id: 'inv1',
      invoice_number: 'JYEFHK-00001',
      status: 'issued',
      'customer.external_customer_id': 'acme',
      'customer.id': '4QYWy9UbDY8yXKKd',
      'subscription.id': '',
    },
    expect.objectContaining({ id: 'inv2', status: 'paid', 'subscription.id': 'sub1' }),
  ]);
  const table = await creditctl('blocks invoices a/b', { ...both(), terminal: 110 });
  expect(table.stdout).toContain('JYEFHK-00001');
});

test('a block that was given away has none', async () => {
  const { home, block: id } = await granted('--amount 5');
  const result = await creditctl(`blocks invoices ${id} --sandbox`, { home });
  expect(result).toMatchObject({ code: 0, stdout: '' });
  expect(result.stderr).toContain('no invoices');
  const json = await creditctl(`blocks invoices ${id} --sandbox -o json`, { home });
  expect(JSON.parse(json.stdout)).toEqual([]);
});

test('a block that was sold has the invoice that charged for it', async () => {
  const { home, block: id } = await granted('--amount 5 --cost-basis 0.2 --invoice-net-terms 30');
  const { stdout } = await creditctl(`blocks invoices ${id} --sandbox --json status,customer`, { home });
  expect(JSON.parse(stdout)).toMatchObject([
    { status: 'issued', customer: { external_customer_id: 'acme' } },
  ]);
});

test('a block that is nowhere is exit 4, with the way to those that are', async () => {
  const result = await creditctl('blocks invoices nowhere --sandbox -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({
    code: 'not-found',
    next: ['List the blocks: creditctl blocks list <customer> --all-blocks --sandbox'],
  });
});

test('an answer that is not what the contract promises is named as one', async () => {
  const result = await creditctl('blocks invoices a/b -o json', answering({ id: 'inv1' }));
  expect(result.code).toBe(7);
  expect(errorOf(result).message).toContain('invoices[0].customer is missing');
});

test('a missing or impossible id is a usage error that says where the ids are', async () => {
  expectUsage(await creditctl('blocks invoices', { exchanges: [], env: orb }), [
    '<block> is missing',
    '→ List the blocks: creditctl blocks list <customer> --all-blocks',
  ]);
  expectUsage(await creditctl('blocks invoices ..', { exchanges: [], env: orb }), [
    '<block> is not a valid id: ".."',
  ]);
});
