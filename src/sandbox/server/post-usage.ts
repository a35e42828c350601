// The one route that Orb does not have: reports usage in place of its metering, so that automatic deductions appear.
import { defaultCurrency } from '../../credits/entry.ts';
import type { Instant } from '../../credits/instant.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import type { WireAnswer } from '../../wire/message.ts';
import { isRefusal } from '../ledger/refusal.ts';
import type { Usage } from '../ledger/usage.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { postUsage } from '../store/post-usage.ts';
import { jsonAnswer } from './answer.ts';
import * as check from './check.ts';
import type { RoutedRequest, ServerContext } from './context.ts';
import { type Calendar, isDay, loadCalendar, resolveDay } from './date-text.ts';
import { invoiceFinder } from './entries.ts';
import { entryDocument } from './entry-document.ts';
import { numberField, textField } from './field.ts';
import { findCustomer } from './find-customer.ts';
import { idempotently } from './idempotent.ts';
import { shortId } from './ids.ts';
import { invalid, refused } from './problem.ts';
import { QueryReader } from './query.ts';

const text = check.nullable(check.textOf(1, 500));
const bodyShape = check.shape({
  fields: {
    customer_id: text,
    external_customer_id: text,
    amount: check.number,
    currency: text,
    price_id: text,
    item_id: text,
    date: check.nullable(check.textThat((day) => isDay(day) && !day.startsWith('0000'), 'date')),
  },
  required: ['amount'],
});

/** POST /sandbox/usage: answers `{"data": […]}`, the entries that the usage made or that it grew. */
export async function postUsageReport(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  new QueryReader(request.query).finish();
  const { database, freshId } = context;
  const body = readUsage(request.body);
  const calendar = await loadCalendar();
  const { createHash } = await import('node:crypto');
  const derivedId = (name: string): string => shortId(() => createHash('sha256').update(name).digest());
  return idempotently(context, request, (now) => {
    if (!isJsonObject(body)) throw invalid(body);
    const customer = findCustomer(database, customerParams(body));
    const currency = textField(body, 'currency') ?? defaultCurrency;
    const usage = usageOf(body, { customer, currency, now, calendar, derivedId });
    const entries = postUsage(database, { customer, currency, usage, now }, freshId);
    if (isRefusal(entries)) throw refused(entries);
    const facts = new Map(entries.map(({ entry }) => [entry.sequence, usage]));
    const setting = { customer, currency, now, invoice: invoiceFinder(database, customer), usage: facts };
    return jsonAnswer(201, { data: entries.map((entry) => entryDocument(entry, setting)) });
  });
}

function readUsage(body: string | undefined): JsonObject | readonly string[] {
  const fields = check.readObject(body);
  if (check.isProblems(fields)) return fields;
  const problems = [...bodyShape(fields, '')];
  if ((textField(fields, 'customer_id') === null) === (textField(fields, 'external_customer_id') === null)) {
    problems.push('exactly one of customer_id and external_customer_id must be specified');
  }
  if (problems.length === 0 && numberField(fields, 'amount') === null)
    problems.push('amount: has too large an exponent');
  return problems.length > 0 ? problems : fields;
}

function customerParams(body: JsonObject): Readonly<Record<string, string>> {
  const id = textField(body, 'customer_id');
  return id === null
    ? { external_customer_id: textField(body, 'external_customer_id') ?? '' }
    : { customer_id: id };
}

interface Circumstances {
  readonly customer: StoredCustomer;
  readonly currency: string;
  readonly now: Instant;
  readonly calendar: Calendar;
  /** The same id for the same name. */
  readonly derivedId: (name: string) => string;
}

/** Model: an item that no price is named for has one of its own, and usage is invoiced by the customer's calendar month. */
function usageOf(body: JsonObject, { customer, currency, now, calendar, derivedId }: Circumstances): Usage {
  const { timezone } = customer;
  const amount = numberField(body, 'amount');
  if (amount === null) throw new TypeError('a body without amount has passed its checks');
  const day = textField(body, 'date') ?? calendar.dateAt(now, timezone);
  const dayStartsAt = resolveDay(day, { timezone, calendar }).startsAt;
  if (dayStartsAt > now) throw invalid([`date: The day ${day} has not begun yet`]);
  const itemId = textField(body, 'item_id');
  return {
    amount,
    itemId,
    priceId: textField(body, 'price_id') ?? derivedId(`price of ${itemId ?? 'usage'}`),
    invoiceId: derivedId(`invoice ${customer.id} ${currency} ${day.slice(0, 7)}`),
    day,
    dayStartsAt,
  };
}
