// Whether a document answers a write that makes no entry: it has to be of the object that was asked for, and as asked.
import { agrees, amountFromText } from '../credits/amount.ts';
import { isJsonObject, type Json, type JsonObject, numberText } from '../wire/json.ts';
import type { ApiRequest } from './request.ts';

/** What an answer must say, by the path of its field; the path of a request has groups for the ids that it names. */
interface Promised {
  readonly method: ApiRequest['method'];
  readonly path: RegExp;
  /** Fields that the answer repeats from the body, where the body has them. */
  readonly repeated?: readonly string[];
  /** What follows from the path. */
  readonly fixed?: (groups: Readonly<Record<string, string>>, body: JsonObject) => readonly Fixed[];
}

type Fixed = readonly [field: string, value: Json];

const edited = ['name', 'email', 'external_customer_id', 'currency', 'auto_collection', 'email_delivery'];
const itself = ({ id = '' }: Readonly<Record<string, string>>): readonly Fixed[] => [['id', id]];

/** The currency of an alert is left out: the API answers with its name (contract: Alert). */
const promises: readonly Promised[] = [
  {
    method: 'POST',
    path: /^\/customers$/,
    repeated: ['name', 'email', 'external_customer_id', 'timezone', 'currency'],
  },
  { method: 'PUT', path: /^\/customers\/(?<id>[^/]+)$/, repeated: edited, fixed: itself },
  {
    method: 'PUT',
    path: /^\/customers\/external_customer_id\/(?<id>[^/]+)$/,
    repeated: edited,
    fixed: ({ id = '' }, { external_customer_id: renamed }) => [['external_customer_id', renamed ?? id]],
  },
  {
    method: 'POST',
    path: /^\/customers\/(?:external_customer_id\/)?[^/]+\/credits\/top_ups$/,
    repeated: [
      ...['currency', 'threshold', 'amount', 'per_unit_cost_basis'],
      ...['expires_after', 'expires_after_unit'],
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
  { method: 'PUT', path: /^\/alerts\/(?<id>[^/]+)$/, repeated: ['thresholds'], fixed: itself },
  { method: 'POST', path: /^\/invoices\/(?<id>[^/]+)\/(issue|mark_paid|pay|void)$/, fixed: itself },
  {
    method: 'POST',
    path: /^\/customers\/[^/]+\/balance_transactions$/,
    repeated: ['amount', 'description'],
  },
];

/** Whose deletion the API answers with nothing (contract: paths). */
const deleted = /^\/(credit_blocks|alerts|customers)\/[^/]+$|\/credits\/top_ups\/[^/]+$/;

/** What shows that a document is another answer, as the end of a sentence; `undefined` if nothing does. */
export function objectProblem({ method, path, body = {} }: ApiRequest, answer: Json): string | undefined {
  if (method === 'DELETE' && deleted.test(path))
    return answer === null ? undefined : 'a document instead of nothing';
  const promised = promises.find((each) => each.method === method && each.path.test(path));
  if (promised === undefined) return undefined;
  if (!isJsonObject(answer)) return 'no object';
  const { repeated = [], fixed } = promised;
  const said = repeated.flatMap((field): Fixed[] => {
    const value = body[field];
    return value === undefined || value === null ? [] : [[field, value]];
  });
  const expected = [...(fixed?.(groupsOf(promised, path), body) ?? []), ...said];
  const wrong = expected.find(([field, value]) => !isSame(fieldOf(answer, field), value));
  return wrong === undefined ? undefined : `another ${wrong[0]} than was asked for`;
}

/** The ids as they were meant, not as they stand in a path. */
function groupsOf({ path }: Promised, text: string): Readonly<Record<string, string>> {
  const groups = Object.entries(path.exec(text)?.groups ?? {});
  return Object.fromEntries(groups.map(([name, id]) => [name, decodeURIComponent(id)]));
}

const fieldOf = (answer: JsonObject, path: string): Json | undefined =>
  path
    .split('.')
    .reduce<Json | undefined>((value, name) => (isJsonObject(value) ? value[name] : undefined), answer);

/** Amounts are equal as numbers, also where one is text, and lists in any order. */
function isSame(found: Json | undefined, asked: Json | undefined): boolean {
  if (found === asked) return true;
  if (Array.isArray(asked) && Array.isArray(found)) {
    const [some, others] = [asked as readonly Json[], found as readonly Json[]];
    return some.length === others.length && some.every((each) => others.some((other) => isSame(other, each)));
  }
  if (isJsonObject(asked))
    return isJsonObject(found) && Object.keys(asked).every((name) => isSame(found[name], asked[name]));
  const [a, b] = [asked, found].map((value) => amountFromText(decimalText(value) ?? ''));
  return a !== undefined && b !== undefined && agrees(b, a);
}

const decimalText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : numberText(value);
