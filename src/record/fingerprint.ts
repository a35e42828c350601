// What makes two writes of an account equal: the method, the path with its query and the body, whatever the order of its fields.
import type { ApiRequest } from '../requests/request.ts';
import { isJsonObject, type Json, writeJson } from '../wire/json.ts';
import { sha256 } from './chain.ts';

/** The same text for equal requests, whatever the order of their fields. */
export function contentText({ method, path, query = [], body }: ApiRequest): string {
  return writeJson([method, path, sorted(body ?? null), ...query.map((pair) => [...pair])]);
}

/** A SHA-256 in hex, equal for equal writes. @param content made by `contentText` of the request without a mark */
export const fingerprint = (content: string): string => sha256(content);

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}
