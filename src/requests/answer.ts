// Compares the API's answer with the request, field by field, and names the first difference.

import {
  type AffectedBlock,
  type CustomerRef,
  defaultCurrency,
  type LedgerEntry,
} from '../credits/customer.ts';
import { type Amount, agreeTo15Digits, amountFromText, compare, isPositive } from '../credits/exact.ts';
import { isJsonObject, type Json, type JsonObject, numberText } from '../wire/json.ts';
import { type ApiRequest, answeredType, customerOf, markerName, markerOf, subjectOf } from './request.ts';

export type AnsweredEntry = Pick<
  LedgerEntry,
  'id' | 'entry_type' | 'customer' | 'metadata' | 'currency' | 'description' | 'amount' | 'void_amount'
> & { readonly credit_block: Pick<AffectedBlock, 'id'> };

/**
 * The first difference between a request and the entry that answers it, as the end of a sentence; `undefined` for none.
 * @param request the request as sent, with its mark if it has one
 */
export function entryProblem(request: ApiRequest, entry: AnsweredEntry): string | undefined {
  const { body = {} } = request;
  const type = answeredType(request);
  if (entry.entry_type !== type) return `an entry of type ${entry.entry_type} instead of ${type}`;
  const ref = customerOf(request);
  const id = ref?.by === 'id' ? entry.customer.id : entry.customer.external_customer_id;
  if (ref !== undefined && id !== ref.id) return `an entry of customer ${id} instead of ${ref.id}`;
  const mark = markerOf(request);
  const found = entry.metadata[markerName];
  if (mark !== undefined && found === undefined) return 'an entry without its key in the metadata';
  if (mark !== undefined && found !== mark) return `an entry that was written under the key ${found}`;
  const { currency, description, block_id: block } = body;
  return (
    textProblem('currency', currency ?? defaultCurrency, entry.currency) ??
    textProblem('description', description ?? '', entry.description ?? '') ??
    textProblem('block', block ?? entry.credit_block.id, entry.credit_block.id) ??
    amountProblem(type, amountFromText(numberText(body.amount) ?? ''), entry)
  );
}

const textProblem = (what: string, asked: unknown, found: string): string | undefined =>
  found === asked ? undefined : `an entry of ${what} "${found}" instead of "${asked}"`;

/** An expiration change without an amount moves all credits left in the block (contract: expiration_change). */
function amountProblem(type: string, asked: Amount | undefined, entry: AnsweredEntry): string | undefined {
  if (asked === undefined) return undefined;
  // In a void's entry, `amount` is the credits left in the block; `void_amount` is the amount asked for (contract: void).
  const found = type === 'void_initiated' ? entry.void_amount : entry.amount;
  if (
    found !== undefined &&
    (agreeTo15Digits(found, asked) || (type === 'decrement' && isPart(found, asked)))
  )
    return undefined;
  return `an entry of amount ${found} instead of ${asked}`;
}

/** A decrement over several blocks is answered with its last entry, for one block's amount (Orb docs: deduction order). */
const isPart = (found: Amount, asked: Amount): boolean => isPositive(found) && compare(found, asked) < 0;

/** The fields that the answer to a request must contain. Groups in the pattern of the path capture the ids. */
interface ExpectedAnswer {
  readonly method: ApiRequest['method'];
  readonly path: RegExp;
  /** Fields that the answer must repeat from the body, where the body has them. */
  readonly repeated?: readonly string[];
  /** Fields whose values follow from the path. */
  readonly fixed?: (groups: Readonly<Record<string, string>>, body: JsonObject) => readonly Fixed[];
}

type Fixed = readonly [field: string, value: Json];

const customerFields = [
  ...['name', 'email', 'additional_emails', 'external_customer_id', 'timezone', 'currency'],
  ...['auto_collection', 'email_delivery', 'auto_issuance', 'metadata'],
];
const sameId = ({ id = '' }: Readonly<Record<string, string>>): readonly Fixed[] => [['id', id]];

/** For an alert, the currency is not compared: the API answers with the currency's name (contract: Alert). */
const expectedAnswers: readonly ExpectedAnswer[] = [
  { method: 'POST', path: /^\/customers$/, repeated: customerFields },
  { method: 'PUT', path: /^\/customers\/(?<id>[^/]+)$/, repeated: customerFields, fixed: sameId },
  {
    method: 'PUT',
    path: /^\/customers\/external_customer_id\/(?<id>[^/]+)$/,
    repeated: customerFields,
    fixed: ({ id = '' }, { external_customer_id: renamed }) => [['external_customer_id', renamed ?? id]],
  },
  {
    method: 'POST',
    path: /^\/customers\/(?:external_customer_id\/)?[^/]+\/credits\/top_ups$/,
    repeated: [
      ...['currency', 'threshold', 'amount', 'per_unit_cost_basis'],
      ...['expires_after', 'expires_after_unit', 'invoice_settings'],
    ],
  },
  {
    method: 'POST',
    path: /^\/alerts\/(?<by>customer_id|external_customer_id)\/(?<id>[^/]+)$/,
    repeated: ['type', 'thresholds'],
    fixed: ({ by, id = '' }) => [[by === 'customer_id' ? 'customer.id' : `customer.${by}`, id]],
  },
  {
    method: 'POST',
    path: /^\/alerts\/(?<id>[^/]+)\/(?<to>enable|disable)$/,
    fixed: ({ id = '', to }) => [
      ['id', id],
      ['enabled', to === 'enable'],
    ],
  },
  { method: 'PUT', path: /^\/alerts\/(?<id>[^/]+)$/, repeated: ['thresholds'], fixed: sameId },
  { method: 'POST', path: /^\/invoices\/(?<id>[^/]+)\/(issue|mark_paid|pay|void)$/, fixed: sameId },
  {
    method: 'POST',
    path: /^\/customers\/[^/]+\/balance_transactions$/,
    repeated: ['amount', 'description'],
  },
];

/** Paths whose DELETE the API answers with an empty body (contract: paths). */
const deleted = /^\/(credit_blocks|alerts|customers)\/[^/]+$|\/credits\/top_ups\/[^/]+$/;

/** The first difference between a request and the document that answers it, as the end of a sentence; `undefined` for none. */
export function objectProblem({ method, path, body = {} }: ApiRequest, answer: Json): string | undefined {
  if (method === 'DELETE' && deleted.test(path))
    return answer === null ? undefined : 'a document instead of nothing';
  const expectation = expectedAnswers.find((each) => each.method === method && each.path.test(path));
  if (expectation === undefined) return undefined;
  if (!isJsonObject(answer)) return 'no object';
  const { repeated = [], fixed } = expectation;
  const repeatedFields = repeated.flatMap((field): Fixed[] => {
    const value = body[field];
    return value === undefined || value === null ? [] : [[field, value]];
  });
  const expected = [...(fixed?.(groupsOf(expectation, path), body) ?? []), ...repeatedFields];
  const wrong = expected.find(([field, value]) => {
    const found = fieldOf(answer, field);
    return !isSame(found, value) && !(decimals.has(field) && isSameAmount(found, value));
  });
  return wrong === undefined ? undefined : `another ${wrong[0]} than was asked for`;
}

/** Fields that hold a decimal as text: 5 and 5.0 are the same. */
const decimals: ReadonlySet<string> = new Set(['amount', 'threshold', 'per_unit_cost_basis']);

/** The ids in a path, percent-decoded. */
function groupsOf({ path }: ExpectedAnswer, text: string): Readonly<Record<string, string>> {
  const groups = Object.entries(path.exec(text)?.groups ?? {});
  return Object.fromEntries(groups.map(([name, id]) => [name, decodeURIComponent(id)]));
}

const fieldOf = (answer: JsonObject, path: string): Json | undefined =>
  path
    .split('.')
    .reduce<Json | undefined>((value, name) => (isJsonObject(value) ? value[name] : undefined), answer);

/** Whether a document has every value that the request's body sets. */
export const hasRequestedValues = (document: Json, { body = {} }: ApiRequest): boolean =>
  isSame(document, body);

/** Compares numbers by value and lists in any order; text only equals itself. `null` under a key asks to remove the key. */
export function isSame(found: Json | undefined, asked: Json | undefined): boolean {
  if (found === asked) return true;
  if (asked === null) return found === undefined;
  if (Array.isArray(asked) && Array.isArray(found)) {
    const [some, others] = [asked as readonly Json[], found as readonly Json[]];
    return some.length === others.length && some.every((each) => others.some((other) => isSame(other, each)));
  }
  if (isJsonObject(asked))
    return isJsonObject(found) && Object.keys(asked).every((name) => isSame(found[name], asked[name]));
  const isText = typeof found === 'string' && typeof asked === 'string';
  return !isText && isSameAmount(found, asked);
}

function isSameAmount(found: Json | undefined, asked: Json | undefined): boolean {
  const [a, b] = [asked, found].map((value) => amountFromText(decimalText(value) ?? ''));
  return a !== undefined && b !== undefined && agreeTo15Digits(b, a);
}

const decimalText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : numberText(value);

/** The problem with an answer about another customer than `ref`, as the end of a sentence; `undefined` for none. */
export function customerProblem(
  ref: CustomerRef,
  { id, external_customer_id: external }: LedgerEntry['customer'],
): string | undefined {
  const found = ref.by === 'id' ? id : external;
  return found === ref.id ? undefined : `customer ${found} where ${ref.id} was asked for`;
}

/** The problem with a record whose id is not the one asked for; `undefined` for none. */
export const idProblem = (asked: string, found: string): string | undefined =>
  found === asked ? undefined : `${found} where ${asked} was asked for`;

/** The fields of a listed record that are compared. An alert may have no customer or no currency. */
export interface ListedRecord {
  readonly customer: LedgerEntry['customer'] | null;
  readonly currency?: string | null;
}

/** Makes the check of each record in a list: customer and currency must be those of the query. */
export function listedRecordCheck({
  path,
  query = [],
}: ApiRequest): (record: ListedRecord) => string | undefined {
  const named = (wanted: string): string | undefined => query.find(([name]) => name === wanted)?.[1];
  const ref = subjectOf({ path, query });
  const currency = named('currency');
  return (record) => {
    if (currency !== undefined && record.currency !== undefined && record.currency !== currency)
      return `a record in ${record.currency} where ${currency} was asked for`;
    const problem = ref && record.customer ? customerProblem(ref, record.customer) : undefined;
    return problem === undefined ? undefined : `a record of ${problem}`;
  };
}
