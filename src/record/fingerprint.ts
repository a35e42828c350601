// What makes two writes equal: the place, the path with its query and the body, whatever the order of its fields.
import { createHash } from 'node:crypto';
import type { Place } from '../profiles/place.ts';
import type { ApiRequest } from '../requests/request.ts';
import { isJsonObject, type Json, writeJson } from '../wire/json.ts';

/** The same text for equal requests, whatever the order of their fields. */
export function contentText({ method, path, query = [], body }: ApiRequest): string {
  return writeJson([method, path, sorted(body ?? null), ...query.map((pair) => [...pair])]);
}

/** A SHA-256 in hex, equal for equal writes to the same place. @param content made by `contentText` */
export function fingerprint({ kind, host }: Place, content: string): string {
  // The place goes in front, within the same list.
  const identity = `${writeJson([kind, host]).slice(0, -1)},${content.slice(1)}`;
  return createHash('sha256').update(identity).digest('hex');
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}
