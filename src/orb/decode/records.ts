// Decodes the API's documents into records: checks each required field and keeps each document unchanged.
import type { Alert, AlertStatus } from '../../credits/alert.ts';
import type {
  AffectedBlock,
  BlockFilter,
  BlockInvoice,
  CreditBlock,
  Customer,
  LedgerEntry,
} from '../../credits/customer.ts';
import type { Invoice } from '../../credits/invoice.ts';
import type { TopUp, TopUpInvoiceSettings } from '../../credits/top-up.ts';
import type { AnsweredEntry } from '../../requests/answer.ts';
import type { Json, JsonObject } from '../../wire/json.ts';
import { Fields } from './fields.ts';

/** A record and the document it was read from. */
export interface Decoded<Record> {
  readonly record: Record;
  readonly document: JsonObject;
}

export type Decode<Record> = (value: Json, path?: string) => Decoded<Record>;

/** Decodes a document by the function that reads its record. */
export const decoder =
  <Record>(read: (fields: Fields) => Record): Decode<Record> =>
  (value, path = '') => {
    const fields = new Fields(value, path);
    return { record: read(fields), document: fields.object };
  };

/** Decodes only the fields that are compared with the request. A batch decodes one per row, so the code avoids spreads. */
export const decodeAnsweredEntry: Decode<AnsweredEntry> = (value, path = '') => {
  const fields = new Fields(value, path);
  const common = {
    id: fields.string('id'),
    entry_type: fields.string('entry_type'),
    customer: decodeHolder(fields),
    metadata: fields.metadata(),
    amount: fields.quantity('amount'),
    currency: fields.string('currency'),
    description: fields.nullable('description', fields.string),
    credit_block: { id: fields.nested('credit_block').string('id') },
  };
  const record =
    common.entry_type === 'void_initiated'
      ? { ...common, void_amount: fields.quantity('void_amount') }
      : common;
  return { record, document: fields.object };
};

function decodeHolder(fields: Fields): LedgerEntry['customer'] {
  const customer = fields.nested('customer');
  return {
    id: customer.string('id'),
    external_customer_id: customer.nullable('external_customer_id', customer.string),
  };
}

/** Contract: CreditLedgerEntry. An unknown type of entry is read by the fields that all types have. */
export const decodeEntry: Decode<LedgerEntry> = (value, path = '') => {
  const fields = new Fields(value, path);
  // Without spreads, which would take most of the time on a ledger with a million entries.
  const common = {
    id: fields.string('id'),
    entry_type: fields.string('entry_type'),
    customer: decodeHolder(fields),
    metadata: fields.metadata(),
    ledger_sequence_number: fields.integer('ledger_sequence_number'),
    entry_status: fields.string('entry_status'),
    starting_balance: fields.quantity('starting_balance'),
    ending_balance: fields.quantity('ending_balance'),
    amount: fields.quantity('amount'),
    currency: fields.string('currency'),
    description: fields.nullable('description', fields.string),
    created_at: fields.time('created_at'),
    credit_block: decodeAffectedBlock(fields.nested('credit_block')),
  };
  const particulars = particular(fields);
  const record: LedgerEntry = particulars === undefined ? common : { ...common, ...particulars };
  return { record, document: fields.object };
};

/** The fields that only some types have; `undefined` for the other types. */
function particular(fields: Fields): Partial<LedgerEntry> | undefined {
  switch (fields.string('entry_type')) {
    case 'expiration_change':
      return { new_block_expiry_date: fields.nullable('new_block_expiry_date', fields.time) };
    case 'void_initiated':
      return {
        new_block_expiry_date: fields.time('new_block_expiry_date'),
        void_amount: fields.quantity('void_amount'),
        void_reason: fields.nullable('void_reason', fields.string),
      };
    case 'void':
      return {
        void_amount: fields.quantity('void_amount'),
        void_reason: fields.nullable('void_reason', fields.string),
      };
    default:
      return undefined;
  }
}

function decodeAffectedBlock(fields: Fields): AffectedBlock {
  return {
    id: fields.string('id'),
    expiry_date: fields.nullable('expiry_date', fields.time),
    per_unit_cost_basis: fields.nullable('per_unit_cost_basis', fields.money),
    filters: fields.list('filters', decodeFilter),
  };
}

/** Contract: CustomerCreditBalance and CreditBlock, which have the same fields. */
export const decodeBlock = decoder<CreditBlock>((fields) => ({
  id: fields.string('id'),
  balance: fields.quantity('balance'),
  effective_date: fields.nullable('effective_date', fields.time),
  expiry_date: fields.nullable('expiry_date', fields.time),
  per_unit_cost_basis: fields.nullable('per_unit_cost_basis', fields.money),
  status: fields.string('status'),
  maximum_initial_balance: fields.nullable('maximum_initial_balance', fields.quantity),
  filters: fields.list('filters', decodeFilter),
  credit_block_source: fields.string('credit_block_source'),
  metadata: fields.metadata(),
}));

function decodeFilter(value: Json, path: string): BlockFilter {
  const fields = new Fields(value, path);
  return {
    field: fields.string('field'),
    operator: fields.string('operator'),
    values: fields.strings('values'),
  };
}

/** Contract: Customer. */
export const decodeCustomer = decoder<Customer>((fields) => ({
  id: fields.string('id'),
  external_customer_id: fields.nullable('external_customer_id', fields.string),
  name: fields.string('name'),
  email: fields.string('email'),
  timezone: fields.string('timezone'),
  currency: fields.nullable('currency', fields.string),
  created_at: fields.time('created_at'),
  metadata: fields.metadata(),
}));

/** Contract: TopUp. */
export const decodeTopUp = decoder<TopUp>((fields) => ({
  id: fields.string('id'),
  currency: fields.string('currency'),
  threshold: fields.money('threshold'),
  amount: fields.money('amount'),
  per_unit_cost_basis: fields.money('per_unit_cost_basis'),
  invoice_settings: decodeInvoiceSettings(fields.nested('invoice_settings')),
  expires_after: fields.optional('expires_after', fields.integer),
  expires_after_unit: fields.optional('expires_after_unit', fields.string),
}));

function decodeInvoiceSettings(fields: Fields): TopUpInvoiceSettings {
  return {
    auto_collection: fields.boolean('auto_collection'),
    net_terms: fields.integer('net_terms'),
    memo: fields.optional('memo', fields.string),
    require_successful_payment:
      fields.has('require_successful_payment') && fields.boolean('require_successful_payment'),
  };
}

/** Contract: Alert. The fields about usage and cost are not decoded. */
export const decodeAlert = decoder<Alert>((fields) => {
  const thresholds = (name: string) =>
    fields.list(name, (each, at) => ({ value: new Fields(each, at).quantity('value') }));
  const statuses = (name: string) => fields.list(name, decodeAlertStatus);
  return {
    id: fields.string('id'),
    type: fields.string('type'),
    created_at: fields.time('created_at'),
    enabled: fields.boolean('enabled'),
    thresholds: fields.nullable('thresholds', thresholds),
    customer: fields.nullable('customer', () => decodeHolder(fields)),
    currency: fields.nullable('currency', fields.string),
    balance_alert_status: fields.optional('balance_alert_status', statuses),
  };
});

function decodeAlertStatus(value: Json, path: string): AlertStatus {
  const fields = new Fields(value, path);
  return {
    threshold_value: fields.quantity('threshold_value'),
    in_alert: fields.boolean('in_alert'),
  };
}

/** Contract: InvoiceMinified. */
export const decodeBlockInvoice = decoder<BlockInvoice>((fields) => ({
  ...named(fields),
  subscription: fields.nullable('subscription', () => ({
    id: fields.nested('subscription').string('id'),
  })),
}));

/** Contract: Invoice. */
export const decodeInvoice = decoder<Invoice>((fields) => ({
  ...named(fields),
  currency: fields.string('currency'),
  total: fields.money('total'),
  amount_due: fields.money('amount_due'),
  invoice_date: fields.time('invoice_date'),
  due_date: fields.nullable('due_date', fields.time),
  issued_at: fields.nullable('issued_at', fields.time),
  paid_at: fields.nullable('paid_at', fields.time),
  voided_at: fields.nullable('voided_at', fields.time),
  memo: fields.nullable('memo', fields.string),
}));

/** The id, number, status and customer of an invoice. */
function named(fields: Fields): Omit<BlockInvoice, 'subscription'> {
  const customer = decodeHolder(fields);
  return {
    id: fields.string('id'),
    invoice_number: fields.string('invoice_number'),
    status: fields.string('status'),
    customer,
  };
}
