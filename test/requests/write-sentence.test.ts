import { expect, test } from 'vitest';
import { writeSentence } from '../../src/requests/write-sentence.ts';

test.each([
  ['/invoices/i%2F1/issue', 'issue invoice i/1'],
  ['/invoices/i1/mark_paid', 'mark invoice i1 as paid'],
  ['/invoices/i1/void', 'void invoice i1'],
  ['/invoices/i1/pay', 'POST /invoices/i1/pay'],
  ['/alerts/a1/enable', 'POST /alerts/a1/enable'],
])('POST %s is "%s"', (path, sentence) => {
  expect(writeSentence({ method: 'POST', path })).toBe(sentence);
});
