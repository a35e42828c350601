// From the draft of a ledger entry to the request body: pure, and it collects every problem, not only the first.
import { type Amount, compare, isZero, readAmount } from '../credits/amount.ts';
import { type CalendarDate, dateAt } from '../credits/calendar.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { type CreatableEntryType, creatableEntryTypes, voidReasons } from '../credits/entry.ts';
import type { Instant } from '../credits/instant.ts';
import type { Problem } from '../errors.ts';
import { type JsonObject, jsonNumber } from '../wire/json.ts';
import {
  draftType,
  type EntryDraft,
  type EntryField,
  entryFieldNames,
  entryFields,
  isSaid,
  missingFields,
  neverExpires,
} from './entry-draft.ts';
import { markerName } from './marker.ts';
import { readMetadata } from './metadata.ts';
import { type ApiRequest, customerPath } from './request.ts';
import { dateResolver, type ResolveDate } from './resolved-date.ts';

export interface EntryContext {
  readonly now: Instant;
  /** The customer's IANA time zone: a date means a day there. While it is not known, no date is judged past. */
  readonly zone: string | undefined;
  /** How a field is called in a problem; its flag where not said otherwise. */
  readonly nameOf?: (field: EntryField) => string;
  /** Resolves dates as of `now` in `zone`, for a caller who reads many drafts and remembers; made anew where not said. */
  readonly resolve?: ResolveDate;
}

export type EntryBody = { readonly body: JsonObject } | { readonly problems: readonly Problem[] };

/** The request that creates an entry for a customer (orb-api.md §4). */
export function entryRequest(customer: CustomerRef, body: JsonObject): ApiRequest {
  return { method: 'POST', path: `${customerPath(customer)}/credits/ledger_entry`, body };
}

/** Checks a draft and builds the body of its request; the rules are those of orb-api.md §4. */
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
    currency: reader.text('currency'),
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
        block_id: reader.text('block'),
        expiry_date: reader.instant('expires')?.text,
        target_expiry_date: reader.date('targetExpires'),
      };
    case 'void':
      return { block_id: reader.text('block'), void_reason: reader.oneOf('voidReason', voidReasons) };
    case 'amendment':
      return { block_id: reader.text('block') };
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
    reader.problem(
      'expires',
      `is in the past: it is ${today} in ${reader.zone}, and a day begins at midnight there`,
    );
  } else if (effective !== undefined && expires.at <= effective.at) {
    reader.problem('expires', `is not after ${reader.name('effective')}`);
  }
}

function filters(reader: DraftReader): JsonObject['filters'] {
  const { item = [], excludeItem = [] } = reader.draft;
  if (item.length === 0 && excludeItem.length === 0) return undefined;
  for (const id of [...item, ...excludeItem]) {
    if (id.trim() === '')
      reader.problem(item.includes(id) ? 'item' : 'excludeItem', 'is empty; give the id of an item');
  }
  for (const id of item.filter((included) => excludeItem.includes(included))) {
    reader.problem('item', `includes "${id}" that ${reader.name('excludeItem')} excludes`);
  }
  const filter = (operator: string, values: readonly string[]): JsonObject[] =>
    values.length === 0 ? [] : [{ field: 'item_id', operator, values: [...new Set(values)] }];
  return [...filter('includes', item), ...filter('excludes', excludeItem)];
}

const invoiceFields = entryFieldNames.filter((field) =>
  entryFields[field].body.startsWith('invoice_settings.'),
);

/** An invoice is raised exactly if credits are sold: cost basis and due date go together (orb-api.md §4 a-d). */
function invoiceSettings(reader: DraftReader, costBasis: Amount | undefined): JsonObject | undefined {
  const said = invoiceFields.filter((field) => isSaid(reader.draft, field));
  const dueFlags = `${reader.name('invoiceNetTerms')} or ${reader.name('invoiceDue')}`;
  if (said.length === 0) {
    if (costBasis !== undefined && !isZero(costBasis)) {
      reader.problem('costBasis', `above 0 raises an invoice; say when it is due with ${dueFlags}`);
    }
    return undefined;
  }
  if (!isSaid(reader.draft, 'costBasis')) {
    reader.problem('costBasis', 'is missing: an invoice needs the price of a credit');
  }
  const hasTerms = isSaid(reader.draft, 'invoiceNetTerms');
  const hasDue = isSaid(reader.draft, 'invoiceDue');
  if (hasTerms === hasDue) {
    const what = hasTerms ? 'goes without' : 'is missing: an invoice needs it or';
    reader.problem('invoiceNetTerms', `${what} ${reader.name('invoiceDue')}`);
  }
  return withoutGaps({
    auto_collection: reader.draft.autoCollect === true,
    net_terms: reader.wholeNumber('invoiceNetTerms'),
    custom_due_date: reader.dateOrInstant('invoiceDue'),
    invoice_date: reader.dateOrInstant('invoiceDate'),
    memo: reader.text('invoiceMemo'),
    item_id: reader.text('invoiceItem'),
    mark_as_paid: reader.draft.markPaid === true ? true : undefined,
    require_successful_payment: reader.draft.requirePayment === true ? true : undefined,
  });
}

function withoutGaps(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

interface ReadInstant {
  readonly at: Instant;
  readonly text: string;
}

type SingleField = { [F in EntryField]: EntryDraft[F] extends string | undefined ? F : never }[EntryField];

/** Reads the fields of one draft, noting what is wrong with each; a field with a problem reads as not said. */
class DraftReader {
  readonly problems: Problem[] = [];
  readonly draft: EntryDraft;
  readonly context: EntryContext;

  constructor(draft: EntryDraft, context: EntryContext) {
    this.draft = draft;
    this.context = context;
  }

  /** Stands in for a zone that is not known yet, to check the form of dates. */
  get zone(): string {
    return this.context.zone ?? 'UTC';
  }

  name(field: EntryField): string {
    return this.context.nameOf?.(field) ?? entryFields[field].flag;
  }

  problem(field: EntryField, problem: string): undefined {
    this.problems.push({ where: this.name(field), problem });
  }

  checkFieldsGoWith(type: CreatableEntryType): void {
    for (const field of entryFieldNames) {
      const { types } = entryFields[field];
      if (isSaid(this.draft, field) && !types.includes(type)) {
        this.problem(field, `does not go with ${article(type)}; it is for ${types.join(', ')}`);
      }
    }
  }

  checkNothingIsMissing(): void {
    for (const field of missingFields(this.draft)) {
      const problem = `is missing: ${article(draftType(this.draft) ?? 'increment')} needs it`;
      this.problems.push({ where: this.name(field), problem, isMissing: true });
    }
  }

  text(field: SingleField): string | undefined {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    return value.trim() === '' ? this.problem(field, 'is empty') : value;
  }

  oneOf(field: SingleField, values: readonly string[]): string | undefined {
    const value = this.draft[field];
    if (value === undefined || values.includes(value)) return value;
    return this.problem(field, `must be ${values.join(' or ')}: "${value}"`);
  }

  amount(field: SingleField, least: 'positive' | 'zero too'): Amount | undefined {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    const reading = readAmount(value);
    if ('problem' in reading) return this.problem(field, reading.problem);
    if (least === 'positive' && compare(reading.amount, '0' as Amount) === 0) {
      return this.problem(field, 'must be above 0');
    }
    return reading.amount;
  }

  wholeNumber(field: SingleField): ReturnType<typeof jsonNumber> | undefined {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    if (!/^\d{1,4}$/.test(value.trim()))
      return this.problem(field, `must be a whole number of days: "${value}"`);
    return jsonNumber(String(Number(value)));
  }

  metadata(): JsonObject | undefined {
    const metadata = readMetadata(this.draft.metadata ?? [], this.problems, this.name('metadata'));
    if (metadata !== undefined && markerName in metadata)
      this.problem('metadata', `cannot set ${markerName}: this tool marks its entries with it`);
    return metadata;
  }

  /** A date means its first moment in the customer's zone, which is also how Orb reads one (orb-api.md §5.6). */
  instant(field: SingleField): ReadInstant | undefined {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    const resolved = this.#resolve(value);
    return resolved.kind === 'problem' ? this.problem(field, resolved.problem) : resolved;
  }

  date(field: SingleField): CalendarDate | undefined {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    const resolved = this.#resolve(value);
    if (resolved.kind === 'problem') return this.problem(field, resolved.problem);
    if (resolved.kind === 'instant') return this.problem(field, `must be a date without a time: "${value}"`);
    return resolved.date;
  }

  dateOrInstant(field: SingleField): string | undefined {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    const resolved = this.#resolve(value);
    if (resolved.kind === 'problem') return this.problem(field, resolved.problem);
    return resolved.kind === 'date' ? resolved.date : resolved.text;
  }

  get #resolve(): ResolveDate {
    return this.context.resolve ?? dateResolver(this.context.now, this.zone);
  }
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
