// How a customer is named: by the external id (the operator's own), or by Orb's id as `id:4QYWy9UbDY8yXKKd`.

export type CustomerRef =
  | { readonly by: 'external'; readonly id: string }
  | { readonly by: 'id'; readonly id: string };

/** Reads `acme` as an external customer id and `id:4QYWy9UbDY8yXKKd` as Orb's own. `undefined` if no id is left. */
export function parseCustomerRef(text: string): CustomerRef | undefined {
  const typed = text.trim();
  const ref: CustomerRef = typed.startsWith('id:')
    ? { by: 'id', id: typed.slice(3) }
    : { by: 'external', id: typed };
  return isPathSegment(ref.id) ? ref : undefined;
}

/** Ids travel as one path segment, and `.` or `..` would name another path (orb-api.md §1). */
export function isPathSegment(id: string): boolean {
  return id !== '' && id !== '.' && id !== '..';
}

/** The reference as it is typed on a command line. */
export function customerRefText(ref: CustomerRef): string {
  return ref.by === 'id' ? `id:${ref.id}` : ref.id;
}
