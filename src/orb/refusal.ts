// Classifies a refusal by its `type` URL and status (Orb docs: error responses), never by its text.
import { customerRefText } from '../credits/customer.ts';
import { CreditctlError, customerSearch, type ErrorFacts, type ErrorKind } from '../errors.ts';
import { type IdName, idList } from '../requests/command-args.ts';
import { type ApiRequest, subjectOf } from '../requests/request.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  numberText,
  parseJson,
  type WireAnswer,
  writeJson,
} from '../wire/json.ts';

/** The body of a refusal; every part may be missing. */
export interface Refusal {
  readonly status: number;
  /** Such as `400-constraint-violation`; set only for a body in the API's own form, which no proxy writes. */
  readonly type?: string | undefined;
  readonly title?: string | undefined;
  readonly detail?: string | undefined;
  readonly validationErrors: readonly string[];
}

export function readRefusal(answer: WireAnswer): Refusal {
  const body = tryJson(answer.body);
  if (!isJsonObject(body)) return { status: answer.status, validationErrors: [] };
  const text = (value: Json | undefined): string | undefined =>
    typeof value === 'string' ? value : undefined;
  return {
    status: answer.status,
    type: typeOf(body, answer),
    // Before RFC 7807 a bad key was answered as {code, description} (Orb docs: error responses).
    title: text(body.title) ?? text(body.code),
    detail: text(body.detail) ?? text(body.description),
    validationErrors: Array.isArray(body.validation_errors) ? body.validation_errors.map(sentence) : [],
  };
}

/** The documented types of refusals; each begins with its HTTP status. */
const typeForm = /^https:\/\/docs\.withorb\.com\/reference\/error-responses#((\d{3})(?:-[a-z-]+)?)$/;
const jsonForm = /^application\/([\w.-]+\+)?json\b/i;

/** The type of a body in the API's own form (Orb docs: error responses): JSON whose type and status match the HTTP status. */
function typeOf(body: JsonObject, { status, headers }: WireAnswer): string | undefined {
  if (!jsonForm.test(headers['content-type'] ?? 'application/json')) return undefined;
  if (status === 401 && body.code === 'authorization_header_invalid') return '401-authentication-error';
  const [, type, typed] = typeForm.exec(typeof body.type === 'string' ? body.type : '') ?? [];
  // Documents and contract disagree on the status of this type alone.
  const statuses = type === '404-feature-not-available' ? ['400', '404'] : [typed];
  const said = [String(status), numberText(body.status) ?? String(status)];
  return said.every((each) => statuses.includes(each)) ? type : undefined;
}

/** The problem, or the problems of one event of several (contract: ValidationError). */
function sentence(value: Json): string {
  if (typeof value === 'string') return value;
  const { idempotency_key: key, validation_errors: errors } = isJsonObject(value) ? value : {};
  if (typeof key !== 'string' || !Array.isArray(errors)) return writeJson(value);
  return `event ${key}: ${errors.map(sentence).join('; ')}`;
}

/**
 * The error that an operator sees for an answer of status 300 or more.
 * @param refusal the body of the answer
 * @param request names the id that was not found
 */
export function refusalError(
  refusal: Refusal,
  { headers }: Pick<WireAnswer, 'headers'>,
  request: Sent,
): CreditctlError {
  return new CreditctlError(kindOf(refusal), message(refusal, { headers, request }), {
    status: refusal.status,
    ...(refusal.type === undefined ? {} : { refusal: refusal.type }),
    requestId: headers['x-request-id'],
    ...next(refusal, request),
    applied: 'no',
  });
}

function kindOf({ status, type }: Refusal): ErrorKind {
  // The documents answer an unavailable feature with 404, the contract with 400; both mean "not for this account".
  if (type === '404-feature-not-available') return 'rejected';
  if (status === 401 || status === 403) return 'credentials';
  if (status === 404) return 'not-found';
  if (status === 408) return 'network';
  if (status === 429) return 'rate-limited';
  if (status >= 500 || status < 400) return 'server';
  return 'rejected';
}

interface Context extends Pick<WireAnswer, 'headers'> {
  readonly request: Asked;
}

function message(refusal: Refusal, { headers, request }: Context): string {
  const { status, validationErrors, detail, title } = refusal;
  const said = validationErrors.length > 0 ? validationErrors.join('; ') : (detail ?? title);
  if (status < 400)
    return `The API answered with a redirect (${status}), which is never followed: check the base URL`;
  if (status === 401) return `The API does not accept the key${said === undefined ? '' : `: ${said}`}`;
  const absent =
    refusal.type === '404-resource-not-found' ? absentResource(detail ?? '', request) : undefined;
  if (absent !== undefined) return absent;
  if (said !== undefined) return `The API answered ${status}: ${said}`;
  const kind = headers['content-type']?.split(';')[0];
  return `The API answered ${status} without saying why${kind === undefined ? '' : ` (${kind})`}`;
}

/** The usual sentence about an unknown id, with the type of the resource and the id. */
const absentForm = /^Could not find a resource of type (\w+) with identifier: (.+?)\.?$/;

/** Rewrites the usual sentence about an unknown id; `undefined` for any other sentence, which stays as the API wrote it. */
function absentResource(detail: string, request: Asked): string | undefined {
  const [, type, id] = absentForm.exec(detail) ?? [];
  if (type === undefined || id === undefined) return undefined;
  const noun = type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  const what = `${noun.replace('top up', 'top-up')} with the id "${id}"`;
  const customer = subjectOf(request);
  // The block or the top-up may exist, but belong to another customer.
  const isOfCustomer = customer !== undefined && type !== 'Customer';
  return isOfCustomer ? `${customerRefText(customer)} has no ${what}` : `There is no ${what}`;
}

type Asked = Pick<ApiRequest, 'path' | 'query'>;
type Sent = Asked & { readonly body?: string };

function next(refusal: Refusal, request: Sent): Pick<ErrorFacts, 'next'> {
  const { status } = refusal;
  if (refusal.type === '404-resource-not-found') return lookUp(request, refusal.detail, currencyIn(request));
  if (status === 409 && !isInFlight(refusal))
    return { next: ['If you chose the key yourself, look whether another write was sent under it'] };
  if (status === 401) return { next: ['creditctl auth status', 'creditctl auth login'] };
  // Every path that the program requests exists, so another host or a proxy answered.
  if (status < 400 || status === 404) return { next: ['creditctl config show'] };
  return {};
}

/** By the path of a request, the id besides the customer's that may be unknown. */
const named: readonly (readonly [path: RegExp, what: IdName])[] = [
  [/^\/credit_blocks\/|\/credits\/ledger_entry$/, '<block>'],
  [/\/credits\/top_ups\//, '<top-up>'],
  [/^\/alerts\//, '<alert>'],
  [/^\/invoices\//, '<invoice>'],
];

/** Where to find a valid id: of a customer if the customer was not found, else of the other resource. */
function lookUp(request: Asked, detail = '', currency?: string): Pick<ErrorFacts, 'next'> {
  const customer = subjectOf(request);
  const [, type] = absentForm.exec(detail) ?? [];
  // A short customer id, such as 7, may also be part of the id of a block.
  const isCustomers = (id: string): boolean =>
    type === undefined ? detail.includes(id) : type === 'Customer';
  if (customer !== undefined && isCustomers(customer.id)) return { next: [customerSearch(customer.id)] };
  const what = named.find(([path]) => path.test(request.path))?.[1];
  return what === undefined ? {} : { next: [idList(what, customer, currency)] };
}

/** The currency that the body of a request names. */
function currencyIn({ body }: Sent): string | undefined {
  const document = body === undefined ? null : parseJson(body);
  const { currency } = isJsonObject(document) ? document : {};
  return typeof currency === 'string' ? currency : undefined;
}

/** Whether a 409 says that an earlier request with this key, or another write to the ledger, is still running. */
export function isInFlight(refusal: Refusal): boolean {
  // The contract has one type for every 409, so here alone the text decides; a mismatched key is never read as in flight.
  const words = `${refusal.title ?? ''} ${refusal.detail ?? ''}`;
  if (
    refusal.status !== 409 ||
    /differ|mismatch|another (body|payload)|used (for|with|by|in) another/i.test(words)
  )
    return false;
  return /in[- ]?flight|in[- ]progress|still (running|being)|being processed|concurrent|try again|retry/i.test(
    words,
  );
}

/** Types about an answer that is too large: the API may have applied the request. */
const aboutTheAnswer: readonly (string | undefined)[] = ['413-resource-too-large', '413-too-many-results'];

/**
 * Whether an answer proves that its own attempt was not applied. A 4xx in another form may come from a proxy, after the
 * API has applied the request. A 409 only says that the key is known, or that another write is running.
 */
export function provesNotApplied({ status, type }: Refusal): boolean {
  const isRefused = type !== undefined && status >= 400 && status < 500 && status !== 409;
  return isRefused && !aboutTheAnswer.includes(type);
}

/** The API returns these types before it reads the key, so an earlier attempt may have succeeded. */
const beforeTheKey: readonly (string | undefined)[] = [
  ...['404-url-not-found', '404-feature-not-available'],
  ...['413-request-too-large', '429-too-many-requests'],
];

/** Whether the answer proves that no attempt under this key was applied: the API would have repeated a success. */
export const provesNeverApplied = (refusal: Refusal): boolean =>
  provesNotApplied(refusal) && refusal.status !== 401 && !beforeTheKey.includes(refusal.type);

function tryJson(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** Whether the body is a web page instead of a document. */
export const isHtml = (answer: WireAnswer): boolean =>
  answer.headers['content-type']?.includes('html') === true || /^\s*<(!doctype|html)/i.test(answer.body);

/** Describes a body that is no document, as the end of a sentence. */
export function describeBody(answer: WireAnswer): string {
  if (answer.body === '') return 'an empty body instead of JSON';
  if (isHtml(answer)) return 'a web page (HTML) instead of JSON';
  return 'a body that is not whole JSON';
}
