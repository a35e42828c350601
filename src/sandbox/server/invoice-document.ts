// Builds the API document of the invoice for a credits purchase (contract: Invoice).
import { formatInstant, type Instant, subtract, zero } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { type Json, type JsonObject, jsonNumber, parseJson } from '../../wire/json.ts';
import type { Invoice } from '../ledger/invoice.ts';
import { moneyText } from '../ledger/money.ts';
import { creditNotesOf, invoiceTransactions } from '../store/balance.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { appliedTo } from '../store/invoice-life.ts';
import type { StoredInvoice } from '../store/invoices.ts';
import { instantOrNull } from './block-document.ts';
import { minifiedCustomer } from './customer-document.ts';
import { creditNoteSummary, transactionDocument } from './customer-money.ts';

/** @param customer the customer of the invoice */
export function invoiceDocument(
  database: Database,
  stored: StoredInvoice,
  customer: StoredCustomer,
): JsonObject {
  const { invoice, number } = stored;
  const { currency } = invoice;
  const total = moneyText(invoice.total, currency);
  const isDraft = invoice.status === 'draft';
  const due = subtract(invoice.total, appliedTo(database, invoice.id));
  return {
    metadata: {},
    id: invoice.id,
    invoice_number: number,
    invoice_source: 'one_off',
    status: invoice.status,
    currency: invoice.currency,
    customer: minifiedCustomer(customer),
    subscription: null,
    created_at: formatInstant(invoice.createdAt),
    invoice_date: formatInstant(invoice.invoiceAt),
    due_date: isDraft ? null : formatInstant(invoice.dueAt),
    issued_at: instantOrNull(invoice.issuedAt),
    paid_at: instantOrNull(invoice.paidAt),
    voided_at: instantOrNull(stored.voidedAt),
    scheduled_issue_at: null,
    eligible_to_issue_at: isDraft ? formatInstant(eligibleAt(invoice)) : null,
    issue_failed_at: null,
    sync_failed_at: null,
    payment_failed_at: null,
    payment_started_at: null,
    will_auto_issue: false,
    subtotal: total,
    total,
    amount_due: moneyText(due, currency),
    auto_collection: {
      enabled: invoice.autoCollection,
      next_attempt_at: null,
      previously_attempted_at: null,
      num_attempts: null,
    },
    memo: invoice.memo,
    invoice_pdf: null,
    hosted_invoice_url: null,
    ...addresses(customer),
    customer_balance_transactions: invoiceTransactions(database, invoice.id).map((each) =>
      transactionDocument(each, currency),
    ),
    credit_notes: creditNotesOf(database, invoice.id).map((note) => creditNoteSummary(note, stored)),
    payment_attempts: [],
    discounts: [],
    ...nothingAdjusted,
    line_items: [lineItem(stored)],
  };
}

/** The short document of an invoice (contract: InvoiceMinified). */
export function minifiedInvoice({ invoice, number }: StoredInvoice, customer: StoredCustomer): JsonObject {
  return {
    id: invoice.id,
    invoice_number: number,
    status: invoice.status,
    customer: minifiedCustomer(customer),
    subscription: null,
  };
}

const nothingAdjusted = {
  discount: null,
  minimum: null,
  minimum_amount: null,
  maximum: null,
  maximum_amount: null,
} as const satisfies Record<string, Json>;

/** When a draft can be issued. Model: from its invoice date on. */
export const eligibleAt = ({ createdAt, invoiceAt }: Invoice): Instant => Math.max(createdAt, invoiceAt);

function addresses({ details }: StoredCustomer): Record<string, Json> {
  const known = parseJson(details) as JsonObject;
  return {
    shipping_address: known.shipping_address ?? null,
    billing_address: known.billing_address ?? null,
    customer_tax_id: known.tax_id ?? null,
  };
}

function lineItem({ invoice }: StoredInvoice): JsonObject {
  const total = moneyText(invoice.total, invoice.currency);
  const nothing = moneyText(zero, invoice.currency);
  const date = formatInstant(invoice.invoiceAt);
  return {
    id: invoice.lineItemId,
    name: 'Credits',
    quantity: jsonNumber(invoice.quantity),
    amount: total,
    subtotal: total,
    adjusted_subtotal: total,
    credits_applied: nothing,
    partially_invoiced_amount: nothing,
    start_date: date,
    end_date: date,
    grouping: null,
    filter: null,
    adjustments: [],
    sub_line_items: [],
    tax_amounts: [],
    usage_customer_ids: null,
    price: price({ invoice }),
  };
}

/** The unit price of a single purchase (contract: UnitPrice). */
function price({ invoice }: Pick<StoredInvoice, 'invoice'>): JsonObject {
  return {
    id: invoice.priceId,
    name: 'Credits',
    model_type: 'unit',
    unit_config: { unit_amount: invoice.unitPrice, prorated: false },
    price_type: 'fixed_price',
    cadence: 'one_time',
    billing_mode: 'in_advance',
    billing_cycle_configuration: { duration: 1, duration_unit: 'month' },
    invoicing_cycle_configuration: null,
    currency: invoice.currency,
    item: { id: invoice.itemId, name: 'Credits' },
    fixed_price_quantity: jsonNumber(invoice.quantity),
    created_at: formatInstant(invoice.createdAt),
    metadata: {},
    external_price_id: null,
    replaces_price_id: null,
    billable_metric: null,
    dimensional_price_configuration: null,
    plan_phase_order: null,
    conversion_rate: null,
    conversion_rate_config: null,
    credit_allocation: null,
    composite_price_filters: null,
    invoice_grouping_key: null,
    license_type: null,
    ...nothingAdjusted,
  };
}
