import { expect, test } from 'vitest';
import { askInvoice } from '../../../src/commands/invoices/prompts.ts';
import type { Invoice } from '../../../src/credits/invoice.ts';
import { localTime } from '../../../src/credits/local-time.ts';
import { takesFirst } from '../../prompts/planned-prompter.ts';

test("the date of an invoice is a day of the customer's calendar", async () => {
  const { prompter, hints } = takesFirst();
  const invoice = { id: 'inv1', invoice_date: '2026-11-28T08:00:00+00:00' } as Invoice;
  const local = localTime('America/Los_Angeles');
  expect(await askInvoice(prompter, [invoice], { status: 'issued', local })).toBe(invoice);
  expect(hints).toEqual(['dated 2026-11-28']);
});
