// Compares what a write made with the request: of a grant expiry, price, item filter and invoice, of an expiry change the expiry. Pure.

import { agreeTo15Digits, amountFromText, parseInstant } from '../credits/exact.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import { isSame } from './answer.ts';
import { type ApiRequest, raisedInvoices } from './request.ts';

/**
 * A sentence for each term of the made block that differs from the request. The entry still answers the request, so a
 * difference is a warning, not an error.
 */
export function otherTerms({ body = {} }: ApiRequest, answer: Json): readonly string[] {
  if (!isJsonObject(answer)) return [];
  const differing: string[] = [];
  const note = (what: string, asked: Json, found: Json): void => {
    differing.push(
      `The API gave the block the ${what} ${found ?? 'none'}, and ${asked ?? 'none'} was asked for`,
    );
  };
  if (body.entry_type === 'expiration_change') {
    const { target_expiry_date: target = null } = body;
    const { new_block_expiry_date: moved = null } = answer;
    if (!isSameDay(target, moved)) note('expiry', target, moved);
  }
  const { credit_block: block, created_invoices: invoices } = answer;
  if (body.entry_type !== 'increment' || !isJsonObject(block)) return differing;
  const { expiry_date: expiry = null, per_unit_cost_basis: price = null } = body;
  const { expiry_date: at = null, per_unit_cost_basis: cost = null } = block;
  const [filters, foundFilters] = [body.filters ?? [], block.filters ?? []];
  if (!isSameTime(expiry, at)) note('expiry', expiry, at);
  if (!isSamePrice(price, cost)) note('price', price, cost);
  if (!isSame(foundFilters, filters)) note('item filter', filterText(filters), filterText(foundFilters));
  if (body.invoice_settings === undefined && raisedInvoices(answer).length > 0)
    differing.push('The API raised an invoice for the grant, and none was asked for');
  // An answer without `created_invoices` does not say whether an invoice was raised.
  if (body.invoice_settings !== undefined && invoices !== undefined && raisedInvoices(answer).length === 0)
    differing.push(
      'The API named no invoice for the grant, and one was asked for: look for it with invoices list',
    );
  return differing;
}

/** A date without a time matches any time, because its instant depends on the customer's zone, which only the API knows. */
function isSameTime(asked: Json, found: Json): boolean {
  if (asked === found || asked === null || found === null) return asked === found;
  const [at, other] = [asked, found].map((text) => parseInstant(String(text)));
  return at === undefined || (other !== undefined && Math.floor(at / 1000) === Math.floor(other / 1000));
}

/** A day and a half: midnight is up to 14 hours away in another zone, and credits that expire today may expire now. */
const dayMargin = 36 * 3_600_000;

/** Whether an instant may be the start of a day in some zone. An answer without an instant does not say another day. */
function isSameDay(asked: Json, found: Json): boolean {
  const [day, at] = [parseInstant(`${asked}T00:00:00Z`), parseInstant(String(found))];
  return day === undefined || at === undefined || Math.abs(at - day) <= dayMargin;
}

const filterText = (filters: Json): string | null =>
  Array.isArray(filters) && filters.length > 0
    ? (filters as readonly Json[])
        .map((each) => (isJsonObject(each) ? `${each.operator} ${String(each.values)}` : 'unknown'))
        .join(' and ')
    : null;

/** A missing price equals 0: neither recognises revenue. */
function isSamePrice(asked: Json, found: Json): boolean {
  const [a, b] = [asked, found].map((value) => amountFromText(String(value ?? '0')));
  return a !== undefined && b !== undefined && agreeTo15Digits(b, a);
}
