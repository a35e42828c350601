// Adds a ledger entry: turns a checked body into a command of the ledger core, with its dates as instants.

import { type BlockFilter, defaultCurrency } from '../../credits/customer.ts';
import { type Instant, wholeSeconds } from '../../credits/exact.ts';
import type { JsonObject } from '../../wire/json.ts';
import { type Command, type Entry, isRefusal } from '../ledger/model.ts';
import { post } from '../store/account.ts';
import { blockById } from '../store/blocks.ts';
import { invalid, jsonAnswer, refused } from './answers.ts';
import {
  booleanField,
  integerField,
  isProblems,
  metadataField,
  numberField,
  objectField,
  objectsField,
  stringsField,
  textField,
} from './check.ts';
import { entryDocument } from './credits.ts';
import { isDay, loadCalendar, readDateText, resolveDay, startOfDayAfter, type Zone } from './date-text.ts';
import { type EntryBody, readEntryBody } from './entry-body.ts';
import { findCustomer, type RouteHandler, type ServerContext, write } from './route.ts';

/** POST {customer}/credits/ledger_entry. Precedence: idempotency, shape, look-ups, limits. */
export const postEntry: RouteHandler = async (context, request) => {
  const { database, freshId } = context;
  const read = readEntryBody(request.body);
  const calendar = !isProblems(read) && needsCalendar(read) ? await loadCalendar() : undefined;
  return write({ context, request, body: read }, (body, now) => {
    const customer = findCustomer(context, request.params);
    const currency = textField(body.fields, 'currency') ?? defaultCurrency;
    const command = entryCommand(body, { timezone: customer.timezone, calendar }, now);
    const decision = post(database, { customer, currency, command }, { now, freshId });
    if (isRefusal(decision)) throw refused(decision);
    const setting = { database, customer, currency, now };
    return jsonAnswer(201, entryDocument(withBlock(context, decision.answer), setting));
  });
};

function withBlock({ database }: ServerContext, entry: Entry) {
  const stored = blockById(database, entry.blockId);
  if (stored === undefined) throw new RangeError(`entry ${entry.id} names a block that is not there`);
  return { entry, block: stored.block };
}

/** Whether a body names a calendar day, or asks for an invoice, whose dates are days. */
function needsCalendar({ type, fields }: EntryBody): boolean {
  if (type === 'expiration_change' || objectField(fields, 'invoice_settings') !== null) return true;
  return ['expiry_date', 'effective_date'].some((name) => isDay(textField(fields, name) ?? ''));
}

/** @throws Problem if an invoice would fall due after the year 9999 */
function entryCommand({ type, fields }: EntryBody, zone: Zone, now: Instant): Command {
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
function invoiceTerms(settings: JsonObject, zone: Zone, effectiveAt: Instant) {
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
  return readDateText(textField(fields, name) ?? '', zone) ?? null;
}

function filters(fields: JsonObject): readonly BlockFilter[] {
  return objectsField(fields, 'filters').map((filter) => ({
    field: textField(filter, 'field') ?? '',
    operator: textField(filter, 'operator') === 'excludes' ? 'excludes' : 'includes',
    values: stringsField(filter, 'values'),
  }));
}

function required<T>(value: T | null, name: string): T {
  if (value === null) throw new TypeError(`a body without ${name} has passed its checks`);
  return value;
}
