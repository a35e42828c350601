import { expect, test } from 'vitest';
import { creditctl, errorOf, orb } from '../../support/command.ts';
import { customer, invoice } from '../../support/documents.ts';

const owner = { method: 'GET', path: `/customers/${customer().id}`, answer: { json: customer() } };

test.each([
  ['issue inv1', 'draft', 'issue', []],
  ['void inv1 --confirm inv1', 'issued', 'void', []],
  ['mark-paid inv1 --received 2026-01-05', 'issued', 'mark_paid', [owner]],
])('an invoice that is after the change what it was before is a failure that was applied: %s', async (line, status, path, asked) => {
  const answer = { json: invoice({ status }) };
  const result = await creditctl(`invoices ${line} --yes -o json`, {
    exchanges: [
      { method: 'GET', path: '/invoices/inv1', answer },
      ...asked,
      { method: 'POST', path: `/invoices/inv1/${path}`, answer },
    ],
    env: orb,
  });
  expect(result.code, result.stderr).toBe(1);
  expect(errorOf(result)).toMatchObject({
    applied: 'yes',
    retry_safe: true,
    idempotency_key: 'key-1',
    next: [expect.stringContaining('invoices show')],
  });
  expect(result.stderr).not.toContain('done');
});
