// A request to the API before it has a connection: method, path below the base URL, query, body.
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { JsonObject } from '../wire/json.ts';
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

export const blockPath = (block: string): string => `/credit_blocks/${encodeURIComponent(block)}`;

export const invoicePath = (invoice: string): string => `/invoices/${encodeURIComponent(invoice)}`;

export const alertPath = (alert: string): string => `/alerts/${encodeURIComponent(alert)}`;
