// From a checked body to a command of the ledger core: dates become instants in the customer's zone.
import type { BlockFilter } from '../../credits/block.ts';
import type { Instant } from '../../credits/instant.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import { wholeSeconds } from '../ledger/account.ts';
import type { Command } from '../ledger/command.ts';
import type { InvoiceTerms } from '../ledger/invoice.ts';
import { isList } from './check.ts';
import { readDateText, resolveDate, resolveDay, startOfDayAfter, type Zone } from './date-text.ts';
import type { EntryBody } from './entry-body.ts';
import {
  booleanField,
  integerField,
  metadataField,
  numberField,
  objectField,
  stringsField,
  textField,
} from './field.ts';
import { invalid } from './problem.ts';

/** Whether a body names a day of the calendar, or asks for an invoice, which is dated by days. */
export function needsCalendar({ type, fields }: EntryBody): boolean {
  if (type === 'expiration_change' || objectField(fields, 'invoice_settings') !== null) return true;
  return ['expiry_date', 'effective_date'].some(
    (name) => readDateText(textField(fields, name) ?? '')?.kind === 'day',
  );
}

/** @throws Problem if an invoice would fall due after the year 9999 */
export function entryCommand({ type, fields }: EntryBody, zone: Zone, now: Instant): Command {
  const common = { description: textField(fields, 'description'), metadata: metadataField(fields) };
  const blockId = textField(fields, 'block_id');
  const amount = numberField(fields, 'amount');
  if (type === 'expiration_change') {
    const target = resolveDay(textField(fields, 'target_expiry_date') ?? '', zone);
    return { ...common, type, amount, blockId, expiresAt: dateField(fields, 'expiry_date', zone), target };
  }
  const given = required(amount, 'amount');
  switch (type) {
    case 'increment':
      return { ...common, type, amount: given, ...incrementFields(fields, zone, now) };
    case 'decrement':
      return { ...common, type, amount: given };
    case 'void': {
      const reason = textField(fields, 'void_reason');
      return { ...common, type, amount: given, blockId: required(blockId, 'block_id'), reason };
    }
    case 'amendment':
      return { ...common, type, amount: given, blockId: required(blockId, 'block_id') };
  }
}

function incrementFields(fields: JsonObject, zone: Zone, now: Instant) {
  const effectiveAt = dateField(fields, 'effective_date', zone);
  const settings = objectField(fields, 'invoice_settings');
  return {
    effectiveAt,
    expiresAt: dateField(fields, 'expiry_date', zone),
    costBasis: textField(fields, 'per_unit_cost_basis'),
    filters: filters(fields),
    invoice: settings === null ? null : invoiceTerms(settings, zone, effectiveAt ?? wholeSeconds(now)),
  };
}

/** The invoice is dated at the block's effective date by default, in the customer's zone (contract: AddCreditLedgerEntryRequestParams). */
function invoiceTerms(settings: JsonObject, zone: Zone, effectiveAt: Instant): InvoiceTerms {
  const invoiceAt = dateField(settings, 'invoice_date', zone) ?? startOfDayAfter(effectiveAt, 0, zone);
  const netTerms = integerField(settings, 'net_terms') ?? 0;
  const dueAt =
    dateField(settings, 'custom_due_date', zone) ??
    (invoiceAt === undefined ? undefined : startOfDayAfter(invoiceAt, netTerms, zone));
  if (invoiceAt === undefined || dueAt === undefined) {
    throw invalid(['invoice_settings: the invoice would fall due after the year 9999']);
  }
  return {
    invoiceAt,
    dueAt,
    autoCollection: booleanField(settings, 'auto_collection') ?? false,
    itemId: textField(settings, 'item_id'),
    markAsPaid: booleanField(settings, 'mark_as_paid') ?? false,
    memo: textField(settings, 'memo'),
    requirePayment: booleanField(settings, 'require_successful_payment') ?? false,
  };
}

function dateField(fields: JsonObject, name: string, zone: Zone): Instant | null {
  const text = textField(fields, name);
  const date = text === null ? undefined : readDateText(text);
  return date === undefined ? null : resolveDate(date, zone);
}

function filters(fields: JsonObject): readonly BlockFilter[] {
  const given = fields.filters;
  if (!isList(given)) return [];
  return given.filter(isJsonObject).map((filter) => ({
    field: textField(filter, 'field') ?? '',
    operator: textField(filter, 'operator') === 'excludes' ? 'excludes' : 'includes',
    values: stringsField(filter, 'values'),
  }));
}

function required<T>(value: T | null, name: string): T {
  if (value === null) throw new TypeError(`a body without ${name} has passed its checks`);
  return value;
}
