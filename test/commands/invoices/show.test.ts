import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { invoice } from '../../support/documents.ts';

test('one GET, and the document untouched', async () => {
  const document = { ...invoice({ id: 'i/1' }), something_new: [1.5] };
  const exchanges = [{ method: 'GET', path: '/invoices/i%2F1', answer: { json: document } }];
  const { code, stdout } = await creditctl('invoices show i/1 -o json', { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(document);
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
