// Defines the draft of a ledger entry: raw strings that were typed as flags, answered at a prompt or read from a file.
import { type CreatableEntryType, creatableEntryTypes } from '../credits/customer.ts';

/** The fields of an entry that are set so far, not yet checked. */
export interface EntryDraft {
  readonly type?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly description?: string;
  /** `key=value` pairs. */
  readonly metadata?: readonly string[];
  readonly expires?: string;
  readonly effective?: string;
  readonly costBasis?: string;
  readonly item?: readonly string[];
  readonly excludeItem?: readonly string[];
  readonly block?: string;
  readonly targetExpires?: string;
  readonly voidReason?: string;
  readonly invoiceNetTerms?: string;
  readonly invoiceDue?: string;
  readonly invoiceDate?: string;
  readonly invoiceMemo?: string;
  readonly invoiceItem?: string;
  readonly autoCollect?: boolean;
  readonly markPaid?: boolean;
  readonly requirePayment?: boolean;
}

export type EntryField = keyof EntryDraft;

/** The names of a field, and the entry types that have the field (contract: Add*CreditLedgerEntryRequestParams). */
export interface FieldRule {
  readonly flag: string;
  /** The field's name in the API's body. */
  readonly body: string;
  readonly types: readonly CreatableEntryType[];
  readonly requiredBy?: readonly CreatableEntryType[];
}

const every = creatableEntryTypes;
const increment = ['increment'] as const;

const rules = {
  type: { flag: '--type', body: 'entry_type', types: every },
  block: {
    flag: '--block',
    body: 'block_id',
    types: ['expiration_change', 'void', 'amendment'],
    requiredBy: ['void', 'amendment'],
  },
  amount: {
    flag: '--amount',
    body: 'amount',
    types: every,
    requiredBy: ['increment', 'decrement', 'void', 'amendment'],
  },
  targetExpires: {
    flag: '--target-expires',
    body: 'target_expiry_date',
    types: ['expiration_change'],
    requiredBy: ['expiration_change'],
  },
  expires: { flag: '--expires', body: 'expiry_date', types: ['increment', 'expiration_change'] },
  effective: { flag: '--effective', body: 'effective_date', types: increment },
  costBasis: { flag: '--cost-basis', body: 'per_unit_cost_basis', types: increment },
  currency: { flag: '--currency', body: 'currency', types: every },
  description: { flag: '--description', body: 'description', types: every },
  metadata: { flag: '--metadata', body: 'metadata', types: every },
  item: { flag: '--item', body: 'filters', types: increment },
  excludeItem: { flag: '--exclude-item', body: 'filters', types: increment },
  voidReason: { flag: '--void-reason', body: 'void_reason', types: ['void'] },
  invoiceNetTerms: { flag: '--invoice-net-terms', body: 'invoice_settings.net_terms', types: increment },
  invoiceDue: { flag: '--invoice-due', body: 'invoice_settings.custom_due_date', types: increment },
  invoiceDate: { flag: '--invoice-date', body: 'invoice_settings.invoice_date', types: increment },
  invoiceMemo: { flag: '--invoice-memo', body: 'invoice_settings.memo', types: increment },
  invoiceItem: { flag: '--invoice-item', body: 'invoice_settings.item_id', types: increment },
  autoCollect: { flag: '--auto-collect', body: 'invoice_settings.auto_collection', types: increment },
  markPaid: { flag: '--mark-paid', body: 'invoice_settings.mark_as_paid', types: increment },
  requirePayment: {
    flag: '--require-payment',
    body: 'invoice_settings.require_successful_payment',
    types: increment,
  },
} as const satisfies Readonly<Record<EntryField, FieldRule>>;

/** Every field of a draft, in the order of problems and questions. */
export const entryFields: Readonly<Record<EntryField, FieldRule>> = rules;

/** The names of the API's fields that drafts set; a test checks these names against the official client's types. */
export type EntryBodyField = (typeof rules)[EntryField]['body'];

export const entryFieldNames = Object.keys(entryFields) as EntryField[];

/** Whether the draft sets a field; an empty list does not count. */
export function isFieldSet(draft: EntryDraft, field: EntryField): boolean {
  const value = draft[field];
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== false;
}

export const dateFields = ['expires', 'effective', 'targetExpires', 'invoiceDue', 'invoiceDate'] as const;

/** Whether reading the draft needs the customer's time zone. */
export function needsZone(draft: EntryDraft): boolean {
  return dateFields.some((field) => draft[field] !== undefined);
}

/** The entry type of a draft; `increment` by default, `undefined` for an unknown type. */
export function draftType(draft: EntryDraft): CreatableEntryType | undefined {
  const type = draft.type ?? 'increment';
  return creatableEntryTypes.find((known) => known === type);
}

/** The required fields that a draft lacks, in the order to ask for them. */
export function missingFields(draft: EntryDraft): readonly EntryField[] {
  const type = draftType(draft);
  if (type === undefined) return [];
  const missing = entryFieldNames.filter(
    (field) => entryFields[field].requiredBy?.includes(type) && !isFieldSet(draft, field),
  );
  if (type === 'expiration_change' && !isFieldSet(draft, 'block') && !isFieldSet(draft, 'expires'))
    return ['block', ...missing];
  return missing;
}

/** The value of `--expires` for credits that never expire, although a policy sets a default expiry. */
export const neverExpires = 'never';

/** Gives a grant without an expiry the policy's default expiry. */
export function withDefaultExpiry(draft: EntryDraft, expiry: string | undefined): EntryDraft {
  if (expiry === undefined || draftType(draft) !== 'increment' || isFieldSet(draft, 'expires')) return draft;
  return { ...draft, expires: expiry };
}
