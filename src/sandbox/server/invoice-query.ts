// Reads and applies the filters of `GET /invoices`.
import { type Amount, compare, type Instant, monthsLater } from '../../credits/exact.ts';
import type { StoredInvoice } from '../store/invoices.ts';
import { invalid } from './answers.ts';
import { type Calendar, loadCalendar } from './date-text.ts';
import type { Page, QueryReader } from './query.ts';

const statuses = ['draft', 'issued', 'paid', 'synced', 'void'] as const;
/** The listed statuses if the query names none (contract: GET /invoices). */
const usualStatuses: readonly (typeof statuses)[number][] = ['issued', 'paid', 'synced'];

export interface InvoiceQuery {
  readonly page: Page;
  /** The id of the customer, as path parameters name it; `null` for all customers. */
  readonly whose: Readonly<Record<string, string>> | null;
  readonly subscription: string | null;
  readonly dated: ReturnType<QueryReader['range']>;
  /** Whether an invoice passes every other filter. @param timezone the zone of the invoice's customer */
  readonly fits: (stored: StoredInvoice, timezone: string, now: Instant) => boolean;
}

/** @throws Problem naming all problems, including a filter that is not modelled */
export async function readInvoiceQuery(reader: QueryReader): Promise<InvoiceQuery> {
  const page = reader.page('invoices', 'by time');
  const customerId = reader.text('customer_id');
  const externalId = reader.text('external_customer_id');
  const subscription = reader.text('subscription_id');
  const wanted = reader.manyOf('status[]', statuses) ?? usualStatuses;
  const due = readDue(reader);
  const amounts = {
    is: reader.decimal('amount'),
    above: reader.decimal('amount[gt]'),
    below: reader.decimal('amount[lt]'),
  };
  const isRecurring = reader.boolean('is_recurring');
  const dateType = reader.oneOf('date_type', ['due_date', 'invoice_date']);
  const dated = reader.range('invoice_date');
  reader.finish();
  // Model: nothing states the effect of another date type, so it is refused rather than ignored.
  if (dateType === 'due_date') throw invalid(['date_type: this ledger only has invoice_date']);
  if (customerId !== null && externalId !== null)
    throw invalid(['only one of customer_id, external_customer_id can be specified']);
  const calendar = needsCalendar(due) ? await loadCalendar() : undefined;
  return {
    page,
    whose: whoseOf(customerId, externalId),
    subscription,
    dated,
    fits: (stored, timezone, now) =>
      !isRecurring &&
      wanted.some((status) => status === stored.invoice.status) &&
      amountFits(stored.invoice.total, amounts) &&
      dueFits(stored, due, { timezone, calendar, now }),
  };
}

function whoseOf(customerId: string | null, externalId: string | null): InvoiceQuery['whose'] {
  if (customerId !== null) return { customer_id: customerId };
  return externalId === null ? null : { external_customer_id: externalId };
}

interface AmountFilter {
  readonly is: Amount | null;
  readonly above: Amount | null;
  readonly below: Amount | null;
}

const amountFits = (total: Amount, { is, above, below }: AmountFilter): boolean =>
  (is === null || compare(total, is) === 0) &&
  (above === null || compare(total, above) > 0) &&
  (below === null || compare(total, below) < 0);

interface DueFilter {
  readonly on: string | null;
  readonly after: string | null;
  readonly before: string | null;
  /** Due within a number of days or months before now. */
  readonly within: { readonly count: number; readonly unit: string } | null;
}

function readDue(reader: QueryReader): DueFilter {
  const window = reader.text('due_date_window');
  const [, count, unit] = /^([1-9]\d{0,3})([dm])$/.exec(window ?? '') ?? [];
  if (window !== null && count === undefined)
    reader.refuse(`due_date_window: '${window}' is not a number of days or months, such as '7d' or '2m'`);
  return {
    on: reader.day('due_date'),
    after: reader.day('due_date[gt]'),
    before: reader.day('due_date[lt]'),
    within: count === undefined || unit === undefined ? null : { count: Number(count), unit },
  };
}

const needsCalendar = ({ on, after, before }: DueFilter): boolean =>
  [on, after, before].some((day) => day !== null);

interface DueFrame {
  readonly timezone: string;
  readonly calendar: Calendar | undefined;
  readonly now: Instant;
}

/** Compares days in the customer's zone. A draft is not due yet. */
function dueFits(
  { invoice }: StoredInvoice,
  { on, after, before, within }: DueFilter,
  { timezone, calendar, now }: DueFrame,
): boolean {
  if (within === null && calendar === undefined) return true;
  if (invoice.status === 'draft') return false;
  if (within !== null && (invoice.dueAt > now || invoice.dueAt < beginning(now, within))) return false;
  if (calendar === undefined) return true;
  const day = calendar.dateAt(invoice.dueAt, timezone);
  return (on === null || day === on) && (after === null || day > after) && (before === null || day < before);
}

const dayLength = 86_400_000;

const beginning = (now: Instant, { count, unit }: NonNullable<DueFilter['within']>): Instant =>
  unit === 'd' ? now - count * dayLength : monthsLater(now, -count);
