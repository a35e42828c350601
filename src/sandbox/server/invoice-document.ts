// The invoice of a credits purchase as the API tells it (contract: Invoice).
import type { Amount } from '../../credits/amount.ts';
import { formatInstant } from '../../credits/instant.ts';
import { type Json, type JsonObject, jsonNumber, parseJson } from '../../wire/json.ts';
import type { StoredCustomer } from '../store/customers.ts';
import type { StoredInvoice } from '../store/invoices.ts';
import { instantOrNull } from './block-document.ts';
import { minifiedCustomer } from './customer-document.ts';

export function invoiceDocument(stored: StoredInvoice, customer: StoredCustomer): JsonObject {
  const { invoice, number } = stored;
  const total = money(invoice.total);
  const createdAt = formatInstant(invoice.createdAt);
  const paid = invoice.status === 'paid';
  return {
    metadata: {},
    id: invoice.id,
    invoice_number: number,
    invoice_source: 'one_off',
    status: invoice.status,
    currency: invoice.currency,
    customer: minifiedCustomer(customer),
    subscription: null,
    created_at: createdAt,
    invoice_date: formatInstant(invoice.invoiceAt),
    due_date: formatInstant(invoice.dueAt),
    issued_at: createdAt,
    paid_at: paid ? createdAt : null,
    voided_at: instantOrNull(stored.voidedAt),
    scheduled_issue_at: null,
    eligible_to_issue_at: null,
    issue_failed_at: null,
    sync_failed_at: null,
    payment_failed_at: null,
    payment_started_at: null,
    will_auto_issue: false,
    subtotal: total,
    total,
    amount_due: invoice.status === 'issued' ? total : '0.00',
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
    customer_balance_transactions: [],
    credit_notes: [],
    payment_attempts: [],
    ...nothingAdjusted,
    line_items: [lineItem(stored)],
  };
}

/** An invoice in short (contract: InvoiceMinified). */
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
  discounts: [],
  minimum: null,
  minimum_amount: null,
  maximum: null,
  maximum_amount: null,
} as const satisfies Record<string, Json>;

/** Money with two decimals at least, and all of them where there are more. */
function money(amount: Amount): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

function addresses({ details }: StoredCustomer): Record<string, Json> {
  const known = parseJson(details) as JsonObject;
  return {
    shipping_address: known.shipping_address ?? null,
    billing_address: known.billing_address ?? null,
    customer_tax_id: known.tax_id ?? null,
  };
}

function lineItem({ invoice }: StoredInvoice): JsonObject {
  const total = money(invoice.total);
  const date = formatInstant(invoice.invoiceAt);
  return {
    id: invoice.lineItemId,
    name: 'Credits',
    quantity: jsonNumber(invoice.quantity),
    amount: total,
    subtotal: total,
    adjusted_subtotal: total,
    credits_applied: '0.00',
    partially_invoiced_amount: '0.00',
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

/** A unit price of one occasion (contract: UnitPrice). */
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
