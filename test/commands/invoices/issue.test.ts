import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { invoice } from '../../support/documents.ts';

const issuing = (json: object) => ({ method: 'POST', path: '/invoices/inv1/issue', answer: { json } });

const draft = {
  method: 'GET',
  path: '/invoices/inv1',
  answer: { json: invoice({ status: 'draft' }) },
};

test('one synchronous POST, and the invoice as it is then', async () => {
  const exchanges = [draft, issuing(invoice())];
  const { code, stdout, requests } = await creditctl('invoices issue inv1 --yes -o json', {
    exchanges,
    env: orb,
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(invoice());
  expect(JSON.parse(requests[1]?.body ?? '')).toEqual({ synchronous: true });
});

test.each(['paid', 'synced'])('an invoice that is %s by that is issued', async (status) => {
  const exchanges = [draft, issuing(invoice({ status }))];
  const { code, stdout } = await creditctl('invoices issue inv1 --yes -o json', { exchanges, env: orb });
  expect([code, JSON.parse(stdout)]).toEqual([0, invoice({ status })]);
});

test('a dry run shows the invoice and sends nothing', async () => {
  const document = invoice({ status: 'draft', due_date: null });
  const exchanges = [{ method: 'GET', path: '/invoices/inv1', answer: { json: document } }];
  const { code, stdout } = await creditctl('invoices issue inv1 --dry-run -o json', { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    request: { method: 'POST', path: '/invoices/inv1/issue', body: { synchronous: true } },
    effect: { invoice: document },
  });
});

test('an answer about another invoice leaves the outcome unknown', async () => {
  const exchanges = [draft, issuing(invoice({ id: 'other' }))];
  expect((await creditctl('invoices issue inv1 --yes', { exchanges, env: orb })).code).toBe(11);
});

test('an unknown invoice is refused with the way to those that are', async () => {
  const result = await creditctl('invoices issue nothing --sandbox --yes -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result).next).toContain('List the invoices: creditctl invoices list --sandbox');
});

test('an invoice must be named', async () => {
  expectUsage(await creditctl('invoices issue --yes', { exchanges: [], env: orb }), [
    '<invoice> is missing',
    'List the invoices: creditctl invoices list',
  ]);
});
