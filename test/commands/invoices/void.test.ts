import { expect, test } from 'vitest';
import { creditctl, errorOf, orb } from '../../support/command.ts';
import { customer, invoice, page } from '../../support/documents.ts';

const looked = { method: 'GET', path: '/invoices/inv1', answer: { json: invoice() } };
const voiding = {
  method: 'POST',
  path: '/invoices/inv1/void',
  answer: { json: invoice({ status: 'void' }) },
};

test('the id has to be typed back, and then one POST is sent', async () => {
  const bare = await creditctl('invoices void inv1 --yes -o json', { exchanges: [], env: orb });
  expect(bare.code).toBe(10);
  expect(errorOf(bare).next).toEqual(['Add --confirm inv1']);
  const { code, stdout } = await creditctl('invoices void inv1 --yes --confirm inv1 -o json', {
    exchanges: [looked, voiding],
    env: orb,
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: 'inv1', status: 'void' });
});

test('a person sees which invoice it is, and its day in the zone of its customer, before they type its id', async () => {
  const owner = { method: 'GET', path: `/customers/${customer().id}`, answer: { json: customer() } };
  const { code, stderr } = await creditctl('invoices void inv1', {
    exchanges: [looked, owner, voiding, owner],
    env: orb,
    terminal: 100,
    answers: [{ message: 'This voids', answer: 'inv1' }],
  });
  expect(code).toBe(0);
  expect(stderr).toContain('JYEFHK-00001, issued');
  expect(stderr).toContain('20 USD');
  expect(stderr).toContain('15 USD, 2026-01-31\n');
});

const customers = { method: 'GET', path: '/customers?limit=100', answer: { json: page([customer()]) } };
const chosen = {
  method: 'GET',
  path: '/customers/external_customer_id/acme',
  answer: { json: customer() },
};
const issued = (...invoices: object[]) => ({
  method: 'GET',
  path: '/invoices?external_customer_id=acme&status[]=issued&limit=100',
  answer: { json: page(invoices) },
});

test('an invoice that is left out is chosen among those of a customer that can be voided', async () => {
  const owner = { method: 'GET', path: `/customers/${customer().id}`, answer: { json: customer() } };
  const { code, stderr } = await creditctl('invoices void', {
    exchanges: [customers, issued(invoice()), chosen, looked, owner, voiding, owner],
    env: orb,
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'Which invoice?', answer: 'inv1  JYEFHK-00001, 15 USD due' },
      { message: 'This voids', answer: 'inv1' },
    ],
  });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('creditctl invoices void inv1 --yes --confirm inv1');
});

test('a customer without such an invoice is a failure that leads to the list', async () => {
  const { code, stderr } = await creditctl('invoices void', {
    exchanges: [customers, issued(), chosen],
    env: orb,
    terminal: 100,
    answers: [{ message: 'Which customer?', answer: 'acme' }],
  });
  expect(code).toBe(1);
  expect(stderr).toContain('The customer has no invoice with the status issued');
  expect(stderr).toContain('creditctl invoices list acme');
});

test('unused credits leave the balance with it, on the embedded ledger', async () => {
  const sell = 'ledger add acme --amount 10 --cost-basis 1 --invoice-net-terms 0 --sandbox --yes -o json';
  const { home, stdout } = await creditctl(sell);
  const [{ id } = { id: '' }] = (JSON.parse(stdout) as { created_invoices: { id: string }[] })
    .created_invoices;
  expect((await creditctl(`invoices void ${id} --sandbox --yes --confirm ${id}`, { home })).code).toBe(0);
  const line = 'ledger list acme --limit 1 --sandbox --json entry_type,ending_balance';
  expect(JSON.parse((await creditctl(line, { home })).stdout)).toEqual([
    { entry_type: 'void', ending_balance: 0 },
  ]);
  expect((await creditctl(`invoices void ${id} --sandbox --yes --confirm ${id}`, { home })).code).toBe(5);
});

test('an invoice whose status the API refuses is foreseen, and no effect is promised', async () => {
  const foreseen = async (line: string, status: string) => {
    const exchanges = [{ ...looked, answer: { json: invoice({ status, due_date: null }) } }];
    const { code, stdout } = await creditctl(`invoices ${line} --dry-run -o json`, { exchanges, env: orb });
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { effect: { notes: readonly string[] } }).effect.notes;
  };
  expect(await foreseen('void inv1', 'paid')).toEqual([
    'The API will refuse this: the invoice is paid, not issued.',
  ]);
  expect(await foreseen('issue inv1', 'issued')).toEqual([
    'The API will refuse this: the invoice is issued, not draft.',
  ]);
  expect((await foreseen('void inv1', 'issued'))[0]).toContain('are voided');
});
