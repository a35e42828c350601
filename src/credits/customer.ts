// The customer: who holds credits, in which time zone their days begin (contract: Customer), and how one is named.
import { unsendable } from './text.ts';

/** The fields of a customer that this tool works with; names are the API's. */
export interface Customer {
  readonly id: string;
  readonly external_customer_id: string | null;
  readonly name: string;
  readonly email: string;
  /** IANA zone; fixed when the customer is created (Orb docs: time zones). */
  readonly timezone: string;
  /** Invoicing currency, ISO 4217; `null` until it is first needed. */
  readonly currency: string | null;
  readonly created_at: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Whether a customer's ids, name or e-mail hold a text, in whichever case. */
export function holdsText({ id, external_customer_id, name, email }: Customer, text: string): boolean {
  const wanted = text.toLowerCase();
  return [id, external_customer_id ?? '', name, email].some((field) => field.toLowerCase().includes(wanted));
}

/** Names a customer: by the external id (the operator's own), or by Orb's id as `id:4QYWy9UbDY8yXKKd`. */
export type CustomerRef =
  | { readonly by: 'external'; readonly id: string }
  | { readonly by: 'id'; readonly id: string };

/**
 * Reads `acme` as an external customer id and `id:4QYWy9UbDY8yXKKd` as Orb's own. `undefined` if no id is left.
 * Nothing is trimmed: `acme` and `acme ` may be two customers.
 */
export function parseCustomerRef(text: string): CustomerRef | undefined {
  if (text.trim() === '') return undefined;
  const ref: CustomerRef = text.startsWith('id:')
    ? { by: 'id', id: text.slice(3) }
    : { by: 'external', id: text };
  return isPathSegment(ref.id) ? ref : undefined;
}

/** An id is sent as one path segment, and `.` or `..` would name another path (Orb docs: API reference). */
export function isPathSegment(id: string): boolean {
  return id !== '' && id !== '.' && id !== '..' && unsendable(id) === undefined;
}

/** A key for a map, different for each reference: `id:x` may also be an external id. */
export const customerRefKey = ({ by, id }: CustomerRef): string => `${by} ${id}`;

/** The reference as it is typed on a command line. */
export function customerRefText(ref: CustomerRef): string {
  return ref.by === 'id' ? `id:${ref.id}` : ref.id;
}
