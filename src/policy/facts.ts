// What a policy looks at in a request: the kind of write, the customer, the amount and the currency. Pure.
import { type Amount, amountFromText, isNegative } from '../credits/amount.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { creatableEntryTypes, defaultCurrency } from '../credits/entry.ts';
import type { ApiRequest } from '../requests/request.ts';
import { type Json, numberText } from '../wire/json.ts';
import { knownForm, typesOfObjects } from './known-writes.ts';

/** A write that moves credits, or arranges for it. */
export interface WriteFacts {
  /** One of the entry types, `top_up`, one of `typesOfObjects`, or `unknown` for a write of which nobody knows what it does. */
  readonly type: string;
  /** Credits, never below zero; `undefined` where the request does not say how many. */
  readonly amount: Amount | undefined;
  readonly currency: string;
  readonly description: string | undefined;
  /** `undefined` where the path names none. */
  readonly customer: CustomerRef | undefined;
}

/** Nobody knows what the write does, so it is taken for the most dangerous there is. */
export const isUnknown = ({ type }: Pick<WriteFacts, 'type'>): boolean => type === 'unknown';

/** Whether a write only names a block or an invoice: then its type is all that can be judged. */
export const isOfAnObject = ({ type }: Pick<WriteFacts, 'type'>): boolean =>
  typesOfObjects.some((each) => each === type);

/** Whether it is a write to an invoice, whose credits were granted before, and judged then. */
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

/** Entries have numbers, top-ups decimal text. What is below zero would make room where others are counted. */
function amountOf(value: Json | undefined): Amount | undefined | 'unreadable' {
  if (value === undefined || value === null) return undefined;
  const amount = amountFromText(typeof value === 'string' ? value : (numberText(value) ?? ''));
  return amount === undefined || isNegative(amount) ? 'unreadable' : amount;
}
