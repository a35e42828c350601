// Turns the draft of a ledger entry into the body of a request, and collects every problem, not only the first. Pure.

import { dateAt, isRelativeDate, isTimeZone } from '../credits/calendar.ts';
import {
  type CreatableEntryType,
  type CustomerRef,
  creatableEntryTypes,
  voidReasons,
} from '../credits/customer.ts';
import { type Amount, isZero } from '../credits/exact.ts';
import { edgeProblem, unsendable } from '../credits/text.ts';
import type { Problem } from '../errors.ts';
import { type JsonObject, jsonNumber } from '../wire/json.ts';
import { DraftReader, type EntryContext, type ReadInstant } from './draft-reader.ts';
import {
  dateFields,
  draftType,
  type EntryDraft,
  entryFieldNames,
  entryFields,
  isFieldSet,
  neverExpires,
} from './entry-draft.ts';
import { type ApiRequest, customerPath } from './request.ts';

export type EntryBody = { readonly body: JsonObject } | { readonly problems: readonly Problem[] };

/** The request that creates an entry for a customer (contract: AddCreditLedgerEntryRequestParams). */
export function entryRequest(customer: CustomerRef, body: JsonObject): ApiRequest {
  return { method: 'POST', path: `${customerPath(customer)}/credits/ledger_entry`, body: withoutGaps(body) };
}

/** Whether a draft has a date that is relative to today, such as `+30d` or `eom`. */
export const hasRelativeDate = (draft: EntryDraft): boolean =>
  dateFields.some((field) => draft[field] !== undefined && isRelativeDate(draft[field]));

/** Checks a draft and builds the body of its request; the rules are those of contract: AddCreditLedgerEntryRequestParams. */
export function entryBody(draft: EntryDraft, context: EntryContext): EntryBody {
  const reader = new DraftReader(draft, context);
  const type = draftType(draft);
  if (type === undefined) {
    reader.problem('type', `must be one of ${creatableEntryTypes.join(', ')}: "${draft.type}"`);
    return { problems: reader.problems };
  }
  reader.checkFieldsGoWith(type);
  reader.checkNothingIsMissing();
  const body = { entry_type: type, ...common(reader), ...particular(type, reader) };
  return reader.problems.length > 0 ? { problems: reader.problems } : { body: withoutGaps(body) };
}

function common(reader: DraftReader): JsonObject {
  const amount = reader.amount('amount', 'positive');
  return {
    amount: amount === undefined ? undefined : jsonNumber(amount),
    currency: reader.id('currency'),
    description: reader.text('description'),
    metadata: reader.metadata(),
  };
}

function particular(type: CreatableEntryType, reader: DraftReader): JsonObject {
  switch (type) {
    case 'increment':
      return increment(reader);
    case 'decrement':
      return {};
    case 'expiration_change':
      return {
        block_id: reader.id('block'),
        expiry_date: reader.instant('expires')?.text,
        target_expiry_date: reader.date('targetExpires'),
      };
    case 'void':
      return { block_id: reader.id('block'), void_reason: reader.oneOf('voidReason', voidReasons) };
    case 'amendment':
      return { block_id: reader.id('block') };
  }
}

function increment(reader: DraftReader): JsonObject {
  const expires = reader.draft.expires?.trim() === neverExpires ? undefined : reader.instant('expires');
  const effective = reader.instant('effective');
  if (reader.context.zone !== undefined) checkExpiry(reader, expires, effective);
  const costBasis = reader.amount('costBasis', 'zero too');
  return {
    effective_date: effective?.text,
    expiry_date: expires?.text,
    per_unit_cost_basis: costBasis,
    filters: filters(reader),
    invoice_settings: invoiceSettings(reader, costBasis),
  };
}

function checkExpiry(
  reader: DraftReader,
  expires: ReadInstant | undefined,
  effective: ReadInstant | undefined,
): void {
  if (expires === undefined) return;
  if (expires.at <= reader.context.now) {
    const today = dateAt(reader.context.now, reader.zone);
    const there = `: it is already ${today} in ${reader.zone}, the customer's time zone`;
    reader.problem('expires', `is in the past${isTimeZone(reader.zone) ? there : ''}`);
  } else if (effective !== undefined && expires.at <= effective.at) {
    reader.problem('expires', `is not after ${reader.name('effective')}`);
  }
}

function filters(reader: DraftReader): JsonObject['filters'] {
  const { item = [], excludeItem = [] } = reader.draft;
  if (item.length === 0 && excludeItem.length === 0) return undefined;
  for (const id of [...item, ...excludeItem]) {
    const problem =
      id.trim() === '' ? 'is empty: enter the id of an item' : (edgeProblem(id) ?? unsendable(id));
    if (problem !== undefined) reader.problem(item.includes(id) ? 'item' : 'excludeItem', problem);
  }
  for (const id of item.filter((included) => excludeItem.includes(included))) {
    reader.problem('item', `includes "${id}", which ${reader.name('excludeItem')} excludes`);
  }
  const filter = (operator: string, values: readonly string[]): JsonObject[] =>
    values.length === 0 ? [] : [{ field: 'item_id', operator, values: [...new Set(values)] }];
  return [...filter('includes', item), ...filter('excludes', excludeItem)];
}

const invoiceFields = entryFieldNames.filter((field) =>
  entryFields[field].body.startsWith('invoice_settings.'),
);

/** Only sold credits have an invoice: cost basis and due date go together (contract: AddCreditLedgerEntryRequestParams a-d). */
function invoiceSettings(reader: DraftReader, costBasis: Amount | undefined): JsonObject | undefined {
  const said = invoiceFields.filter((field) => isFieldSet(reader.draft, field));
  const dueFlags = `${reader.name('invoiceNetTerms')} or ${reader.name('invoiceDue')}`;
  if (said.length === 0) {
    if (costBasis !== undefined && !isZero(costBasis)) {
      reader.problem('costBasis', `above 0 creates an invoice: set its due date with ${dueFlags}`);
    }
    return undefined;
  }
  if (!isFieldSet(reader.draft, 'costBasis')) {
    reader.problem('costBasis', 'is missing: an invoice needs the price of one credit');
  }
  const hasTerms = isFieldSet(reader.draft, 'invoiceNetTerms');
  const hasDue = isFieldSet(reader.draft, 'invoiceDue');
  if (hasTerms === hasDue) {
    const what = hasTerms ? 'cannot be used with' : 'is missing: an invoice needs it or';
    reader.problem('invoiceNetTerms', `${what} ${reader.name('invoiceDue')}`);
  }
  return withoutGaps({
    auto_collection: reader.draft.autoCollect === true,
    net_terms: reader.wholeNumber('invoiceNetTerms'),
    custom_due_date: reader.dateOrInstant('invoiceDue'),
    invoice_date: reader.dateOrInstant('invoiceDate'),
    memo: reader.text('invoiceMemo'),
    item_id: reader.id('invoiceItem'),
    mark_as_paid: reader.draft.markPaid === true ? true : undefined,
    require_successful_payment: reader.draft.requirePayment === true ? true : undefined,
  });
}

/** Leaves out the fields that are not set. @param body its names are the API's own, so no name is `__proto__` */
function withoutGaps(body: JsonObject): JsonObject {
  const whole: Record<string, JsonObject[string]> = {};
  for (const name in body) if (body[name] !== undefined) whole[name] = body[name];
  return whole;
}
