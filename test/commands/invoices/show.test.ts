import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { customer, invoice, page } from '../../support/documents.ts';

test('one GET, and the document untouched', async () => {
  const document = { ...invoice({ id: 'i/1' }), something_new: [1.5] };
  const exchanges = [{ method: 'GET', path: '/invoices/i%2F1', answer: { json: document } }];
  const { code, stdout } = await creditctl('invoices show i/1 -o json', { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(document);
});

test.each([
  'show inv1',
  'list acme',
])('"invoices %s" has the days of its customer on a terminal', async (line) => {
  const isShow = line.startsWith('show');
  const found = isShow ? invoice() : page([invoice()]);
  const owner = isShow ? `/customers/${customer().id}` : '/customers/external_customer_id/acme';
  const asked = isShow ? '/invoices/inv1' : '/invoices?external_customer_id=acme&limit=20';
  const exchanges = [
    { method: 'GET', path: asked, answer: { json: found } },
    { method: 'GET', path: owner, answer: { json: customer() } },
  ];
  const { stdout, stderr } = await creditctl(`invoices ${line}`, { exchanges, env: orb, terminal: 160 });
  expect(stdout).toMatch(/2026-01-31(?! 08:00Z)/);
  expect(stderr).toContain('Times are in America/Los_Angeles');
});

test('an unknown invoice is exit 4, and one must be named', async () => {
  const unknown = await creditctl('invoices show nothing --sandbox -o json');
  expect(unknown.code).toBe(4);
  expect(errorOf(unknown).next).toEqual(['List the invoices: creditctl invoices list --sandbox']);
  expectUsage(await creditctl('invoices show', { exchanges: [], env: orb }), [
    '<invoice> is missing',
    'List the invoices: creditctl invoices list',
  ]);
});

test('on a terminal an invoice of any status is chosen', async () => {
  const sell = 'ledger add acme --amount 5 --cost-basis 1 --invoice-net-terms 3 --mark-paid';
  const { home } = await creditctl(`${sell} --sandbox --yes`);
  const { stdout: listed } = await creditctl('invoices list acme --sandbox --json id', { home });
  const [{ id } = { id: '' }] = JSON.parse(listed) as { id: string }[];
  const { code, stdout, stderr } = await creditctl('invoices show --sandbox', {
    home,
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'Which invoice?', answer: `${id}  ` },
    ],
  });
  expect(code, stderr).toBe(0);
  expect(stripVTControlCharacters(stdout)).toMatch(/status +paid/);
});
