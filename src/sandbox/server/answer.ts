// Answers: a JSON document, a page of them, or nothing.
import { type JsonObject, writeJson } from '../../wire/json.ts';
import type { WireAnswer } from '../../wire/message.ts';

export function jsonAnswer(status: number, document: JsonObject): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: writeJson(document) };
}

/** A page in the API's envelope; `next` is the cursor of the page after it (Orb docs: pagination). */
export function pageAnswer(data: readonly JsonObject[], next: string | null): WireAnswer {
  return jsonAnswer(200, { data, pagination_metadata: { has_more: next !== null, next_cursor: next } });
}

/** Done, and there is nothing to tell. */
export function emptyAnswer(): WireAnswer {
  return { status: 204, headers: {}, body: '' };
}
