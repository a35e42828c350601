// A write as it is sent: method, path and body, and the mark in it by which it is found again in a ledger.
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { LedgerEntry } from '../credits/entry.ts';
import { formatInstant, type Instant } from '../credits/instant.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import type { Method } from '../wire/message.ts';

export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: JsonObject;
  /** The body as it is sent, byte for byte, once it was written; see `request-text.ts`. */
  readonly bodyText?: string;
}

/** The path with its query, as it would stand in a URL; nothing in the query is encoded, so that it can be read. */
export function targetText({ path, query = [] }: ApiRequest): string {
  if (query.length === 0) return path;
  return `${path}?${query.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

/** `/customers/…` in whichever of its two forms the reference asks for (contract: paths). */
export function customerPath(customer: CustomerRef): string {
  const id = encodeURIComponent(customer.id);
  return customer.by === 'id' ? `/customers/${id}` : `/customers/external_customer_id/${id}`;
}

const customerPart = /^\/customers\/(?:external_customer_id\/([^/]+)|([^/]+))/;

/** The customer that a path names; `undefined` if it names none. */
export function customerIn(path: string): CustomerRef | undefined {
  const [, external, id] = customerPart.exec(path) ?? [];
  if (external !== undefined) return { by: 'external', id: decodeURIComponent(external) };
  return id === undefined ? undefined : { by: 'id', id: decodeURIComponent(id) };
}

export const blockPath = (block: string): string => `/credit_blocks/${encodeURIComponent(block)}`;

export const invoicePath = (invoice: string): string => `/invoices/${encodeURIComponent(invoice)}`;

export const alertPath = (alert: string): string => `/alerts/${encodeURIComponent(alert)}`;

/** The name of the mark in an entry's metadata. */
export const markerName = 'creditctl_key';

const entryPath = /^\/customers\/(?:external_customer_id\/)?[^/]+\/credits\/ledger_entry$/;

/** Whether a request creates a ledger entry: only those are marked. */
export function isEntryWrite({ method, path }: Pick<ApiRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && entryPath.test(path);
}

/** The request as it is sent under a key. */
export function marked(request: ApiRequest, key: string): ApiRequest {
  if (!isEntryWrite(request)) return request;
  const { metadata } = request.body ?? {};
  const kept = isJsonObject(metadata) ? metadata : {};
  return { ...request, body: { ...request.body, metadata: { ...kept, [markerName]: key } } };
}

/** The key with which a request is marked; `undefined` for one of before, or one that makes no entry. */
export function markerOf(request: ApiRequest): string | undefined {
  const metadata = isEntryWrite(request) ? request.body?.metadata : undefined;
  const key = isJsonObject(metadata) ? metadata[markerName] : undefined;
  return typeof key === 'string' ? key : undefined;
}

/** The customer whose entry a request creates. */
export function customerOf({ path }: Pick<ApiRequest, 'path'>): CustomerRef | undefined {
  return entryPath.test(path) ? customerIn(path) : undefined;
}

/** The type of the entry that the API answers a write with: a void begins with `void_initiated` (contract: void). */
export function answeredType({ body }: ApiRequest): string {
  return body?.entry_type === 'void' ? 'void_initiated' : String(body?.entry_type);
}

/** Whether a write is ever answered with such an entry: some make another after it, which may carry their mark, too. */
export const mayBeAnswer = ({ entry_type }: Pick<LedgerEntry, 'entry_type'>): boolean =>
  entry_type !== 'void' && entry_type !== 'credit_block_expiry';

/**
 * Milliseconds by which the clock may have been ahead of the API's when a write was noted. It is more than the API
 * remembers keys for: nothing else than the search keeps an older write from being sent twice.
 */
export const clockSlack = 7 * 24 * 60 * 60 * 1000;

/** The list in which the entry of a marked request must be, if it was made. @param at when it was first sent */
export function markerSearch({ path, body }: ApiRequest, at: Instant): ApiRequest {
  const from = formatInstant(at - clockSlack);
  const currency = typeof body?.currency === 'string' ? ([['currency', body.currency]] as const) : [];
  return {
    method: 'GET',
    path: path.replace(/_entry$/, ''),
    query: [...currency, ['created_at[gte]', from]],
  };
}

/** Whether an entry was made under the key of a marked request, and could be what the API answered to it. */
export function mayAnswer(request: ApiRequest, entry: Pick<LedgerEntry, 'entry_type' | 'metadata'>): boolean {
  return mayBeAnswer(entry) && entry.metadata[markerName] === markerOf(request);
}
