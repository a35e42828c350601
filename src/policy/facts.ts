// What a policy looks at in a request: what it moves and how much, whichever command made it. Pure.
import { type Amount, amountFromText } from '../credits/amount.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { defaultCurrency } from '../credits/entry.ts';
import type { ApiRequest } from '../requests/request.ts';
import { type Json, numberText } from '../wire/json.ts';

/** A write that moves credits, or arranges for it. */
export interface WriteFacts {
  /** One of the entry types, `top_up` or `block_delete`. */
  readonly type: string;
  /** Credits; `undefined` where the request does not say how many. */
  readonly amount: Amount | undefined;
  readonly currency: string;
  readonly description: string | undefined;
  /** `undefined` where the path names none. */
  readonly customer: CustomerRef | undefined;
}

/** The facts of a request; `undefined` for one that moves no credits, such as the creation of a customer. */
export function factsOf({ method, path, body = {} }: ApiRequest): WriteFacts | undefined {
  const segments = segmentsOf(path);
  const customer = customerOf(segments);
  const currency = textOf(body.currency) ?? defaultCurrency;
  const description = textOf(body.description);
  const facts = { amount: amountOf(body.amount), currency, description, customer };
  const read = asReadAnywhere(segments);
  if (method === 'POST' && endsWith(read, 'credits', 'ledger_entry'))
    return { ...facts, type: textOf(body.entry_type) ?? 'unknown' };
  if (method === 'POST' && endsWith(read, 'credits', 'top_ups')) return { ...facts, type: 'top_up' };
  if (method === 'DELETE' && read[0] === 'credit_blocks') return { ...facts, type: 'block_delete' };
  return undefined;
}

/** A path may be written in more than one way, and a guard must see through each. */
function segmentsOf(path: string): readonly string[] {
  const [withoutQuery = ''] = path.split(/[?#]/);
  return withoutQuery
    .split('/')
    .map(decoded)
    .filter((segment) => segment !== '');
}

/** Some servers decode a path before they take it apart, so that an encoded slash ends a segment as a plain one does. */
const asReadAnywhere = (segments: readonly string[]): readonly string[] =>
  segments.flatMap((segment) =>
    segment
      .split(/[/\\?#]/)
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const endsWith = (segments: readonly string[], ...end: readonly string[]): boolean =>
  end.every((word, index) => segments.at(index - end.length)?.toLowerCase() === word);

function customerOf([first, second, third]: readonly string[]): CustomerRef | undefined {
  if (first !== 'customers' || second === undefined) return undefined;
  if (second !== 'external_customer_id') return { by: 'id', id: second };
  return third === undefined ? undefined : { by: 'external', id: third };
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Entries have numbers, top-ups decimal text. */
const amountOf = (value: Json | undefined): Amount | undefined =>
  amountFromText(typeof value === 'string' ? value : (numberText(value) ?? ''));
