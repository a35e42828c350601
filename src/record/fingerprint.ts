// What makes two writes equal: the place, the path with its query and the body, whatever the order of its fields.
import { createHash } from 'node:crypto';
import type { ApiRequest } from '../requests/request.ts';
import { isJsonObject, type Json, writeJson } from '../wire/json.ts';
import type { Place } from './journal.ts';

/** A SHA-256 in hex, equal for equal writes to the same place. */
export function fingerprint(place: Place, request: ApiRequest): string {
  const { method, path, query = [], body = null } = request;
  const identity = [place.kind, place.host, method, path, sorted(body), ...query.map((pair) => [...pair])];
  return createHash('sha256').update(writeJson(identity)).digest('hex');
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}
