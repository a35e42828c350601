// Builds the request of a write: as sent, as text for the record, and with the mark that finds its entry in a ledger.
import type { CustomerRef, LedgerEntry } from '../credits/customer.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type Method,
  parseJson,
  type WireRequest,
  writeJson,
} from '../wire/json.ts';

export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: JsonObject;
  /** The body as sent, byte for byte; `marked` and `requestFromText` set it. */
  readonly bodyText?: string;
}

/** The path with its query, for a person to read: the query is not percent-encoded. */
export function targetText({ path, query = [] }: ApiRequest): string {
  if (query.length === 0) return path;
  return `${path}?${query.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

/** `/customers/…` in the form for the reference's kind of id (contract: paths). */
export function customerPath(customer: CustomerRef): string {
  const id = encodeURIComponent(customer.id);
  return customer.by === 'id' ? `/customers/${id}` : `/customers/external_customer_id/${id}`;
}

const customerPart =
  /^\/(?:customers|alerts)\/external_customer_id\/([^/]+)|^\/(?:customers|alerts\/customer_id)\/([^/]+)/;

/** The customer that a path names; `undefined` if it names none. */
export function customerIn(path: string): CustomerRef | undefined {
  const [, external, id] = customerPart.exec(path) ?? [];
  if (external !== undefined) return { by: 'external', id: decodeURIComponent(external) };
  return id === undefined ? undefined : { by: 'id', id: decodeURIComponent(id) };
}

/** The customer that a request updates. Reading the customer shows whether an attempt was applied. */
export function changedCustomer({ method, path }: ApiRequest): CustomerRef | undefined {
  const ref = method === 'PUT' ? customerIn(path) : undefined;
  return ref !== undefined && path === customerPath(ref) ? ref : undefined;
}

/** The alert that a request enables or disables. Reading the alert shows whether an attempt was applied. */
export function switchedAlert({ method, path, query = [] }: ApiRequest) {
  const parts =
    method === 'POST' && query.length === 0 ? /^\/alerts\/([^/]+)\/(en|dis)able$/.exec(path) : null;
  return parts?.[1] === undefined
    ? undefined
    : { id: decodeURIComponent(parts[1]), isEnabled: parts[2] === 'en' };
}

/** The kind of object that a request changes, if it can be read first, so that a resend does not undo a later change. */
export function changedObject(request: ApiRequest): 'customer' | 'alert' | undefined {
  if (changedCustomer(request) !== undefined) return 'customer';
  return switchedAlert(request) === undefined ? undefined : 'alert';
}

/** The kind of object that a request creates, if found without a mark: a customer by external id, an alert by type. */
export function createdObject({ method, path, body }: ApiRequest): 'customer' | 'alert' | undefined {
  if (method !== 'POST') return undefined;
  if (path === '/customers') return typeof body?.external_customer_id === 'string' ? 'customer' : undefined;
  return /^\/alerts\/(external_)?customer_id\/[^/]+$/.test(path) ? 'alert' : undefined;
}

export const blockPath = (block: string): string => `/credit_blocks/${encodeURIComponent(block)}`;

export const invoicePath = (invoice: string): string => `/invoices/${encodeURIComponent(invoice)}`;

export const alertPath = (alert: string): string => `/alerts/${encodeURIComponent(alert)}`;

/** The name of the mark in an entry's metadata. */
export const markerName = 'creditctl_key';

const entryPath = /^\/customers\/(?:external_customer_id\/)?[^/]+\/credits\/ledger_entry$/;

/** Whether a request creates a ledger entry; only entries are marked. */
export function isEntryWrite({ method, path }: Pick<ApiRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && entryPath.test(path);
}

/**
 * The request as sent under a key: an entry gets its mark, and the body is serialised once, so that the record and the
 * API get the same bytes.
 */
export function marked(request: ApiRequest, key: string): ApiRequest {
  if (!isEntryWrite(request))
    return request.body === undefined ? request : { ...request, bodyText: bodyTextOf(request) };
  const { metadata } = request.body ?? {};
  const kept = isJsonObject(metadata) ? metadata : {};
  // Unlike `Object.assign`, a spread keeps a name of metadata that is `__proto__`.
  const body = { ...request.body, metadata: { ...kept, [markerName]: key } };
  // Not spread: V8 makes a new hidden class for each such object, and every later look at its fields takes longer.
  return Object.assign({}, request, { body, bodyText: writeJson(body) });
}

/** The key that marks a request; `undefined` if the request has no mark yet, or creates no entry. */
export function markerOf(request: ApiRequest): string | undefined {
  const metadata = isEntryWrite(request) ? request.body?.metadata : undefined;
  const key = isJsonObject(metadata) ? metadata[markerName] : undefined;
  return typeof key === 'string' ? key : undefined;
}

/** The customer whose entry a request creates. */
export function customerOf({ path }: Pick<ApiRequest, 'path'>): CustomerRef | undefined {
  return entryPath.test(path) ? customerIn(path) : undefined;
}

/** The name of the field or parameter that names a customer outside the path, and the id. */
export const customerField = ({ by, id }: CustomerRef): readonly [name: string, id: string] => [
  by === 'id' ? 'customer_id' : 'external_customer_id',
  id,
];

/** The customer that a request is about, from its path, body or query; `undefined` if none is named. */
export function subjectOf({
  path,
  query = [],
  body,
}: Pick<ApiRequest, 'path' | 'query' | 'body'>): CustomerRef | undefined {
  const named = customerIn(path);
  if (named !== undefined) return named;
  const { external_customer_id: external, customer_id: id }: JsonObject = body ?? Object.fromEntries(query);
  if (typeof external === 'string') return { by: 'external', id: external };
  return typeof id === 'string' ? { by: 'id', id } : undefined;
}

/** The customer in an answer: its `customer` field, or the answer itself if it is a customer. */
export function answeredCustomer(answer: Json): JsonObject | undefined {
  if (!isJsonObject(answer)) return undefined;
  if (isJsonObject(answer.customer)) return answer.customer;
  return answer.external_customer_id === undefined ? undefined : answer;
}

/** The external id, if the write named the customer by Orb's id and the answer has an external id; else the name as it is. */
export function nameInAnswer(name: string, answer: Json): string {
  const { id, external_customer_id: external } = answeredCustomer(answer) ?? {};
  return name === `id:${String(id)}` && typeof external === 'string' ? external : name;
}

/** The ids of the invoices that an entry raised, as listed in its document. */
export function raisedInvoices({
  created_invoices: invoices,
}: Readonly<Record<string, unknown>>): readonly string[] {
  if (!Array.isArray(invoices)) return [];
  return invoices.flatMap((each: unknown) => {
    const id = typeof each === 'object' && each !== null && 'id' in each ? each.id : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

/** The type of the entry that the API answers a write with: a void begins with `void_initiated` (contract: void). */
export function answeredType({ body }: ApiRequest): string {
  return body?.entry_type === 'void' ? 'void_initiated' : String(body?.entry_type);
}

/** Whether an entry can answer a write. Some writes create a second entry, which may have the same mark but answers nothing. */
export const mayBeAnswer = ({ entry_type }: Pick<LedgerEntry, 'entry_type'>): boolean =>
  entry_type !== 'void' && entry_type !== 'credit_block_expiry';

/**
 * Milliseconds by which the local clock may be ahead of the API's. The API keeps idempotency keys for less
 * time, so for an older write only the search for its entry prevents a duplicate.
 */
export const clockSlack = 7 * 24 * 60 * 60 * 1000;

/** Whether an entry has the key of a marked request and can be the API's answer to the request. */
export function mayAnswer(request: ApiRequest, entry: Pick<LedgerEntry, 'entry_type' | 'metadata'>): boolean {
  return mayBeAnswer(entry) && entry.metadata[markerName] === markerOf(request);
}

/** The body as sent. One key must never come with different bytes, so a serialised body is reused. */
const bodyTextOf = ({ body, bodyText }: ApiRequest): string =>
  bodyText ?? (body === undefined ? '' : writeJson(body));

/** The request for the HTTP client. @param key the idempotency key */
export function wireRequest(request: ApiRequest, key: string | undefined): WireRequest {
  const { method, path, query = [], body } = request;
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  if (body === undefined) return { method, path, query, headers };
  return { method, path, query, headers, body: bodyTextOf(request) };
}

/** The request as text for the record; `requestFromText` reads the text. */
export function requestText(request: ApiRequest): string {
  const { method, path, query = [], body } = request;
  const target = writeJson({ method, path, ...(query.length === 0 ? {} : { query: query.map(pairOf) }) });
  return body === undefined ? target : `${target}\n${bodyTextOf(request)}`;
}

const pairOf = (pair: readonly [string, string]): Json => [...pair];

/** The request in a text of the record; `undefined` for a malformed or erased text. */
export function requestFromText(text: string | null): ApiRequest | undefined {
  if (text === null) return undefined;
  const end = text.indexOf('\n');
  const target = objectIn(end < 0 ? text : text.slice(0, end));
  const method = methods.find((each) => each === target?.method);
  if (target === undefined || method === undefined || typeof target.path !== 'string') return undefined;
  const query = queryIn(target.query ?? []);
  if (query === undefined) return undefined;
  const request = { method, path: target.path, ...(query.length === 0 ? {} : { query }) };
  if (end < 0) return request;
  const bodyText = text.slice(end + 1);
  const body = objectIn(bodyText);
  return body === undefined ? undefined : { ...request, body, bodyText };
}

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function queryIn(value: Json): readonly (readonly [string, string])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const pairs = (value as readonly Json[]).flatMap((pair) => {
    const [name, text] = Array.isArray(pair) ? (pair as readonly Json[]) : [];
    return typeof name === 'string' && typeof text === 'string' ? [[name, text] as const] : [];
  });
  return pairs.length === value.length ? pairs : undefined;
}

/** The problem with the name of a batch or write that is reserved, or has the form of our keys; `undefined` for none. */
export function reservedProblem(name: string): string | undefined {
  if (name === 'last') return 'must not be "last": that means the newest write';
  return ownKeyForm.test(name)
    ? `must not have the form of a key that creditctl makes: "${name}"`
    : undefined;
}

/** The form of our keys: of a batch row, and of a write that undoes a row. */
const ownKeyForm = /^(?:batch|undo)-[0-9a-f]{40}$/;
