// Names a customer: by the external id (the operator's own), or by Orb's id as `id:4QYWy9UbDY8yXKKd`.
import { unsendable } from './text.ts';

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
