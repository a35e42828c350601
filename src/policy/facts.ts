// Reads from a request what a policy checks: the kind of write, the customer, the amount and the currency. Pure.

import { type CustomerRef, creatableEntryTypes, defaultCurrency } from '../credits/customer.ts';
import { type Amount, amountFromText, isNegative } from '../credits/exact.ts';
import type { ApiRequest } from '../requests/request.ts';
import { type Json, numberText } from '../wire/json.ts';
import { typesOfObjects } from './rules.ts';

/** A write that moves credits now, or sets up a top-up that moves credits later. */
export interface WriteFacts {
  /** An entry type, `top_up`, one of `typesOfObjects`, or `unknown` for a write that creditctl does not recognise. */
  readonly type: string;
  /** Credits, never below zero; `undefined` if the request names no amount. */
  readonly amount: Amount | undefined;
  readonly currency: string;
  readonly description: string | undefined;
  /** `undefined` if the path names no customer. */
  readonly customer: CustomerRef | undefined;
}

/** The policy treats an unrecognised write as the most dangerous one. */
export const isUnknown = ({ type }: Pick<WriteFacts, 'type'>): boolean => type === 'unknown';

/** Whether the request names only a block or an invoice, so that a policy can check nothing but the type. */
export const isOfAnObject = ({ type }: Pick<WriteFacts, 'type'>): boolean =>
  typesOfObjects.some((each) => each === type);

/** Whether the write changes an invoice. The policy checked the invoice's credits when they were granted. */
export const isOfAnInvoice = (facts: Pick<WriteFacts, 'type'>): boolean =>
  isOfAnObject(facts) && facts.type !== 'block_delete';

/**
 * The facts of a request; `undefined` for a read, and for a write that is known to move no credits.
 * @param isRaw see `knownForm`
 */
export function factsOf(request: ApiRequest, { isRaw = false } = {}): WriteFacts | undefined {
  if (request.method === 'GET') return undefined;
  const { body = {} } = request;
  const description = typeof body.description === 'string' ? body.description : undefined;
  const unknown = {
    type: 'unknown',
    amount: undefined,
    currency: 'unknown',
    description,
    customer: undefined,
  };
  const form = knownForm(request, { isRaw });
  if (form === undefined) return unknown;
  const { kind, customer } = form;
  if (kind === 'no_credits') return undefined;
  const type = kind === 'entry' ? entryTypeOf(body.entry_type) : kind;
  const currency = body.currency ?? defaultCurrency;
  const amount = amountOf(body.amount);
  if (type === undefined || typeof currency !== 'string' || amount === 'unreadable') return unknown;
  return { type, amount, currency, description, customer };
}

const entryTypeOf = (value: Json | undefined): string | undefined =>
  creatableEntryTypes.find((type) => type === value);

/** Entries send numbers, top-ups decimal text. A negative amount would lower the sum that a cap counts. */
function amountOf(value: Json | undefined): Amount | undefined | 'unreadable' {
  if (value === undefined || value === null) return undefined;
  const amount = amountFromText(typeof value === 'string' ? value : (numberText(value) ?? ''));
  return amount === undefined || isNegative(amount) ? 'unreadable' : amount;
}

/** What a known write changes; a `no_credits` write moves no credits, now or later. */
export type WriteKind = 'entry' | 'top_up' | (typeof typesOfObjects)[number] | 'no_credits';

export interface KnownForm {
  readonly kind: WriteKind;
  /** `undefined` if the path names no customer. */
  readonly customer: CustomerRef | undefined;
}

/** `{id}` and `{external}` name a customer, `{other}` something else; each is one segment of the path. */
const forms = [
  ['entry', 'POST /customers/{id}/credits/ledger_entry'],
  ['entry', 'POST /customers/external_customer_id/{external}/credits/ledger_entry'],
  ['top_up', 'POST /customers/{id}/credits/top_ups'],
  ['top_up', 'POST /customers/external_customer_id/{external}/credits/top_ups'],
  ['block_delete', 'DELETE /credit_blocks/{other}'],
  ['invoice_issue', 'POST /invoices/{other}/issue'],
  ['invoice_mark_paid', 'POST /invoices/{other}/mark_paid'],
  ['invoice_void', 'POST /invoices/{other}/void'],
  ['no_credits', 'DELETE /customers/{id}/credits/top_ups/{other}'],
  ['no_credits', 'DELETE /customers/external_customer_id/{external}/credits/top_ups/{other}'],
  ['no_credits', 'POST /customers'],
  ['no_credits', 'PUT /customers/{id}'],
  ['no_credits', 'PUT /customers/external_customer_id/{external}'],
  ['no_credits', 'POST /alerts/customer_id/{id}'],
  ['no_credits', 'POST /alerts/external_customer_id/{external}'],
  ['no_credits', 'PUT /alerts/{other}'],
  ['no_credits', 'POST /alerts/{other}/enable'],
  ['no_credits', 'POST /alerts/{other}/disable'],
  ['no_credits', 'DELETE /alerts/{other}'],
] as const satisfies readonly (readonly [WriteKind, string])[];

const known = forms.map(([kind, form]) => {
  const [method, path = ''] = form.split(' ');
  return { kind, method, path: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`) };
});

/**
 * The form that matches method and path exactly; `undefined` for an unknown write.
 * @param isRaw a person typed the path, so an id segment may decode to more of a path on the server
 */
function knownForm(
  { method, path, query = [] }: ApiRequest,
  { isRaw }: { readonly isRaw: boolean },
): KnownForm | undefined {
  // No known write has a query, so the effect of a write with a query is unknown.
  if (query.length > 0) return undefined;
  for (const form of known) {
    const found = form.method === method ? form.path.exec(path) : null;
    if (found === null) continue;
    const { id, external, other } = found.groups ?? {};
    if (isRaw && ![id, external, other].every(isPlain)) return undefined;
    return { kind: form.kind, customer: customerOf(id, external) };
  }
  return undefined;
}

/** Characters at which a server may split the path, or which it may decode again. */
const outOfPlace = /[\u0000-\u001f\u007f/\\?#%;]|^\s|\s$/;

function isPlain(segment: string | undefined): boolean {
  if (segment === undefined) return true;
  try {
    return !outOfPlace.test(decodeURIComponent(segment));
  } catch {
    return false;
  }
}

function customerOf(id: string | undefined, external: string | undefined): CustomerRef | undefined {
  if (external !== undefined) return { by: 'external', id: decodeURIComponent(external) };
  return id === undefined ? undefined : { by: 'id', id: decodeURIComponent(id) };
}
