// A write as it is sent, and as the text that the record keeps; and the mark in it by which it is found again in a ledger.
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
  /** The body as it is sent, byte for byte, once it was written; see `marked`. */
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

const customerPart =
  /^\/(?:customers|alerts)\/external_customer_id\/([^/]+)|^\/(?:customers|alerts\/customer_id)\/([^/]+)/;

/** The customer that a path names; `undefined` if it names none. */
export function customerIn(path: string): CustomerRef | undefined {
  const [, external, id] = customerPart.exec(path) ?? [];
  if (external !== undefined) return { by: 'external', id: decodeURIComponent(external) };
  return id === undefined ? undefined : { by: 'id', id: decodeURIComponent(id) };
}

/** The customer whose own data a request changes: what became of an attempt can be read there. */
export function changedCustomer({ method, path }: ApiRequest): CustomerRef | undefined {
  const ref = method === 'PUT' ? customerIn(path) : undefined;
  return ref !== undefined && path === customerPath(ref) ? ref : undefined;
}

/** The alert that a request turns on or off, where the same can be read. */
export function switchedAlert({ method, path, query = [] }: ApiRequest) {
  const parts =
    method === 'POST' && query.length === 0 ? /^\/alerts\/([^/]+)\/(en|dis)able$/.exec(path) : null;
  return parts?.[1] === undefined
    ? undefined
    : { id: decodeURIComponent(parts[1]), isEnabled: parts[2] === 'en' };
}

/** What a request changes that can be read, so that a later change of it is not overruled by sending it again. */
export function changedObject(request: ApiRequest): 'customer' | 'alert' | undefined {
  if (changedCustomer(request) !== undefined) return 'customer';
  return switchedAlert(request) === undefined ? undefined : 'alert';
}

/** What a request creates that is found without a mark: a customer by the external id, an alert by its type. */
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

/** Whether a request creates a ledger entry: only those are marked. */
export function isEntryWrite({ method, path }: Pick<ApiRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && entryPath.test(path);
}

/**
 * The request as it is sent under a key: an entry has its mark, and a body its text, which is written once and both kept
 * and sent.
 */
export function marked(request: ApiRequest, key: string): ApiRequest {
  if (!isEntryWrite(request))
    return request.body === undefined ? request : { ...request, bodyText: bodyTextOf(request) };
  const { metadata } = request.body ?? {};
  const kept = isJsonObject(metadata) ? metadata : {};
  const body = { ...request.body, metadata: { ...kept, [markerName]: key } };
  return { ...request, body, bodyText: writeJson(body) };
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

/** The name of the field or parameter that names a customer beside the path, and the id. */
export const customerField = ({ by, id }: CustomerRef): readonly [name: string, id: string] => [
  by === 'id' ? 'customer_id' : 'external_customer_id',
  id,
];

/** The customer whom a request is about, whatever it makes; `undefined` where it does not say. */
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

/** The customer of what the API answered with, which may be the customer itself. */
export function answeredCustomer(answer: Json): JsonObject | undefined {
  if (!isJsonObject(answer)) return undefined;
  if (isJsonObject(answer.customer)) return answer.customer;
  return answer.external_customer_id === undefined ? undefined : answer;
}

/** A customer's name as people know it: the external id, where the answer to a write under Orb's own id has it. */
export function nameInAnswer(name: string, answer: Json): string {
  const { id, external_customer_id: external } = answeredCustomer(answer) ?? {};
  return name === `id:${String(id)}` && typeof external === 'string' ? external : name;
}

/** The ids of the invoices that an entry raised, as its document names them. */
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

/** Whether a write is ever answered with such an entry: some make another after it, which may carry their mark, too. */
export const mayBeAnswer = ({ entry_type }: Pick<LedgerEntry, 'entry_type'>): boolean =>
  entry_type !== 'void' && entry_type !== 'credit_block_expiry';

/**
 * Milliseconds by which the clock may have been ahead of the API's when a write was noted. It is more than the API
 * remembers keys for: nothing else than the search keeps an older write from being sent twice.
 */
export const clockSlack = 7 * 24 * 60 * 60 * 1000;

/** Whether an entry was made under the key of a marked request, and could be what the API answered to it. */
export function mayAnswer(request: ApiRequest, entry: Pick<LedgerEntry, 'entry_type' | 'metadata'>): boolean {
  return mayBeAnswer(entry) && entry.metadata[markerName] === markerOf(request);
}

/** The body as it is sent. The same key must never come with other bytes, so a text from before is kept. */
const bodyTextOf = ({ body, bodyText }: ApiRequest): string =>
  bodyText ?? (body === undefined ? '' : writeJson(body));

/** As it leaves. @param key under which the API executes it once */
export function wireRequest(request: ApiRequest, key: string | undefined): WireRequest {
  const { method, path, query = [], body } = request;
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  if (body === undefined) return { method, path, query, headers };
  return { method, path, query, headers, body: bodyTextOf(request) };
}

/** The text to keep; `requestFromText` reads it. */
export function requestText(request: ApiRequest): string {
  const { method, path, query = [], body } = request;
  const target = writeJson({ method, path, ...(query.length === 0 ? {} : { query: query.map(pairOf) }) });
  return body === undefined ? target : `${target}\n${bodyTextOf(request)}`;
}

const pairOf = (pair: readonly [string, string]): Json => [...pair];

/** The very request that was kept; `undefined` for a text that is none, or that was erased. */
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

/** What is wrong with a name for a batch or a write that is a reserved word or a key of our own form. */
export function reservedProblem(name: string): string | undefined {
  if (name === 'last') return 'must not be "last": that means the newest write';
  return ownKeyForm.test(name)
    ? `must not have the form of a key that creditctl makes: "${name}"`
    : undefined;
}

/** The key of a row, and that of a write that takes one back. */
const ownKeyForm = /^(?:batch|undo)-[0-9a-f]{40}$/;
