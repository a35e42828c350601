// Reads from the API the values that only the API knows: customers, invoices, and a customer's blocks, top-ups and alerts.
import { parseCustomerRef } from '../../credits/customer.ts';
import { invoiceStatuses } from '../../credits/invoice.ts';
import { type LocalTime, localTime } from '../../credits/local-time.ts';
import { customerField, customerPath } from '../../requests/request.ts';
import {
  type Exchange,
  isJsonObject,
  type Json,
  type JsonObject,
  numberText,
  parseJson,
} from '../../wire/json.ts';
import type { Candidate, LiveQuestion } from './answer.ts';

/** A read of the API. */
export interface LiveRequest {
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
}

/** Pages of a hundred; no person reads a longer list. */
const pagesMost = 3;

/** `undefined` if the line does not name the customer yet. */
export function liveRequest({ source, customer }: LiveQuestion): LiveRequest | undefined {
  const ref = customer === undefined ? undefined : parseCustomerRef(customer);
  switch (source) {
    case 'customers':
    case 'external customer ids':
    case 'customer ids':
      return { path: '/customers', query: [] };
    case 'blocks':
      return ref && { path: `${customerPath(ref)}/credits`, query: [] };
    case 'top-ups':
      return ref && { path: `${customerPath(ref)}/credits/top_ups`, query: [] };
    case 'alerts':
      return ref && { path: '/alerts', query: [customerField(ref)] };
    case 'invoices':
      return { path: '/invoices', query: invoiceStatuses.map((status) => ['status[]', status]) };
  }
}

/** The clock of the customer whose blocks are read; `undefined` for any other list, and if the zone is unknown. */
export async function liveClock(
  exchange: Exchange,
  { source, customer }: LiveQuestion,
  signal: AbortSignal,
): Promise<LocalTime | undefined> {
  const ref = source === 'blocks' && customer !== undefined ? parseCustomerRef(customer) : undefined;
  if (ref === undefined) return undefined;
  try {
    const request = { method: 'GET', path: customerPath(ref), query: [], headers: {} } as const;
    const document = parseJson((await exchange(request, signal)).body);
    return isJsonObject(document) ? localTime(said(document.timezone)) : undefined;
  } catch {
    // The blocks matter more than the zone of their expiry.
    return undefined;
  }
}

/** The records of all pages, unchanged. Throws for any answer that is not the requested list. */
export async function liveRecords(
  exchange: Exchange,
  { path, query }: LiveRequest,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const records: JsonObject[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMost; page += 1) {
    const place: readonly [string, string][] = cursor === undefined ? [] : [['cursor', cursor]];
    const whole = [...query, ['limit', '100'] as const, ...place];
    const { status, body } = await exchange({ method: 'GET', path, query: whole, headers: {} }, signal);
    if (status !== 200) throw new Error(`the API answered ${status}`);
    const document = parseJson(body);
    const { data, pagination_metadata: more } = isJsonObject(document) ? document : {};
    if (!Array.isArray(data)) throw new Error('the API answered no list');
    records.push(...data.filter(isJsonObject));
    cursor = isJsonObject(more) && typeof more.next_cursor === 'string' ? more.next_cursor : undefined;
    if (cursor === undefined) break;
  }
  return records;
}

/** One value to complete, in its cached form. */
export interface LiveValue {
  readonly id: string;
  /** A customer's external id. */
  readonly external?: string;
  readonly description: string;
}

/** @param local the customer's clock, for expiries; UTC by default */
export function liveValue(
  question: Pick<LiveQuestion, 'source'>,
  record: JsonObject,
  local?: LocalTime,
): readonly LiveValue[] {
  const id = said(record.id);
  if (id === '') return [];
  switch (question.source) {
    case 'blocks':
      return [{ id, description: `${said(record.balance)} left, ${expiryOf(record.expiry_date, local)}` }];
    case 'top-ups':
      return [{ id, description: `below ${said(record.threshold)}, add ${said(record.amount)}` }];
    case 'alerts':
      return [{ id, description: [said(record.type), thresholdsOf(record.thresholds)].join(' ').trim() }];
    case 'invoices': {
      const { status, total, currency, customer } = record;
      const whose = isJsonObject(customer) ? customer.external_customer_id : undefined;
      return [{ id, description: [whose, status, total, currency].map(said).join(' ').trim() }];
    }
    default: {
      const external = said(record.external_customer_id);
      return [{ id, description: said(record.name), ...(external === '' ? {} : { external }) }];
    }
  }
}

/**
 * The text of each value for the command line: a customer's external id, or Orb's id if the word begins like one. A value
 * that the command line would read as an option or as Orb's id is not offered: an external id can have any form.
 */
export function liveCandidates(
  { source, typed }: Pick<LiveQuestion, 'source' | 'typed'>,
  values: readonly LiveValue[],
): readonly Candidate[] {
  return values.flatMap(({ id, external, description }) => {
    const byId = typed.startsWith('id:') || external === undefined || /^(?:-|id:)/.test(external);
    const word =
      source === 'customers'
        ? byId
          ? `id:${id}`
          : external
        : source === 'external customer ids'
          ? external
          : id;
    return word === undefined || word.startsWith('-') ? [] : [{ value: word, description }];
  });
}

/** Text and numbers, digit by digit; an empty text for any other value. */
function said(value: Json | undefined): string {
  return typeof value === 'string' ? value : (numberText(value) ?? '');
}

function expiryOf(value: Json | undefined, local: LocalTime | undefined): string {
  const at = Date.parse(said(value));
  if (Number.isNaN(at)) return 'never expires';
  return `expires ${local?.text(at) ?? utcText(at)}`;
}

const utcText = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;

function thresholdsOf(value: Json | undefined): string {
  const thresholds = Array.isArray(value) ? value.filter(isJsonObject) : [];
  return thresholds.map((threshold) => said(threshold.value)).join(', ');
}
