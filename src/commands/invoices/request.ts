// Makes the requests that list, issue, mark as paid and void invoices (contract: the paths below /invoices).
import type { CustomerRef } from '../../credits/customer.ts';
import { invoiceStatuses } from '../../credits/invoice.ts';
import { oneOfProblems, type Problem } from '../../errors.ts';
import { type ApiRequest, customerField, invoicePath } from '../../requests/request.ts';

/** Problems of the statuses in the filter of a list. */
export function statusProblems(statuses: readonly string[]): readonly Problem[] {
  return statuses.flatMap((status) => oneOfProblems('--status', status, invoiceStatuses));
}

/**
 * `GET /invoices`, without its page: the latest invoice date first.
 * @param statuses empty for the API's default: issued, paid and synced
 */
export function invoicesQuery(
  customer: CustomerRef | undefined,
  statuses: readonly string[] = [],
): ApiRequest {
  const whose = customer === undefined ? [] : [customerField(customer)];
  const wanted = statuses.map((status) => ['status[]', status] as const);
  return { method: 'GET', path: '/invoices', query: [...whose, ...wanted] };
}

/** Issues synchronously, so that the answer has the result; only invoices with usage fees cannot (contract: issue). */
export function invoiceIssue(invoice: string): ApiRequest {
  return { method: 'POST', path: `${invoicePath(invoice)}/issue`, body: { synchronous: true } };
}

/** @param received the day on which the money arrived, `2026-01-31` */
export function invoicePayment(invoice: string, received: string): ApiRequest {
  const body = { payment_received_date: received };
  return { method: 'POST', path: `${invoicePath(invoice)}/mark_paid`, body };
}

export function invoiceVoid(invoice: string): ApiRequest {
  return { method: 'POST', path: `${invoicePath(invoice)}/void` };
}
