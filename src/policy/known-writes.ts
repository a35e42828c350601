// The writes whose effect is known, by method and path; a request that is none of them may do anything. Pure.
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { ApiRequest } from '../requests/request.ts';

/** What a known write is about; `no_credits` moves none, and arranges for none to be moved. */
export type WriteKind = 'entry' | 'top_up' | OfAnObject | 'no_credits';

/** A write that names a block or an invoice by its id, and says nothing of credits or their currency. */
export type OfAnObject = (typeof typesOfObjects)[number];
export const typesOfObjects = ['block_delete', 'invoice_issue', 'invoice_mark_paid', 'invoice_void'] as const;

export interface KnownForm {
  readonly kind: WriteKind;
  /** `undefined` where the path names none. */
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
 * The form that a write has, letter for letter; `undefined` for one that is not known.
 * @param isRaw a person wrote the path, so that what stands for an id may be more of a path to the server
 */
export function knownForm(
  { method, path, query = [] }: ApiRequest,
  { isRaw }: { readonly isRaw: boolean },
): KnownForm | undefined {
  // No write that is known has a query, and nobody knows what one would do.
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

/** Characters at which a server may end a segment, or which it may read once more. */
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
