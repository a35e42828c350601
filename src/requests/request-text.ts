// A request as the text that the record keeps: its target on the first line, and then the body's exact bytes.
import { isJsonObject, type Json, type JsonObject, parseJson, writeJson } from '../wire/json.ts';
import type { Method } from '../wire/message.ts';
import type { ApiRequest } from './request.ts';

/** The body as it is sent. The same key must never come with other bytes, so a text from before is kept. */
export const bodyTextOf = ({ body, bodyText }: ApiRequest): string =>
  bodyText ?? (body === undefined ? '' : writeJson(body));

/** The same request with its body as text, so that what is kept and what is sent are one text, written once. */
export const withBodyText = (request: ApiRequest): ApiRequest =>
  request.body === undefined ? request : { ...request, bodyText: bodyTextOf(request) };

/** The text to keep; `requestFromText` reads it. */
export function requestText(request: ApiRequest): string {
  const { method, path, query = [], body } = request;
  const target = writeJson({ method, path, ...(query.length === 0 ? {} : { query: query.map(pairOf) }) });
  return body === undefined ? target : `${target}\n${bodyTextOf(request)}`;
}

const pairOf = (pair: readonly [string, string]): Json => [...pair];

/** The very request that was kept; `undefined` for a text that is none. */
export function requestFromText(text: string): ApiRequest | undefined {
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
