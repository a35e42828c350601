// Defines the preview of a customer update: each field before and after.

import { type Preview, previewLine } from '../../views/preview.ts';
import { isJsonObject, type Json, type JsonObject } from '../../wire/json.ts';
import { type EditField, editFields, editRules } from './update-request.ts';

export interface CustomerChange {
  /** The API's name of the field. For metadata: `metadata.` and the key. */
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

/** @param customer the API's present document of the customer @param body of the edit request */
export function customerChanges(customer: JsonObject, body: JsonObject): readonly CustomerChange[] {
  return Object.entries(body).flatMap(([field, after = null]) => {
    const before = customer[field] ?? null;
    if (field !== 'metadata' || !isJsonObject(after)) return [{ field, before, after }];
    const known = isJsonObject(before) ? before : {};
    return Object.entries(after).map(([key, value = null]) => ({
      field: `metadata.${key}`,
      before: (Object.hasOwn(known, key) ? known[key] : null) ?? null,
      after: value,
    }));
  });
}

export function customerChangesPreview(title: string, changes: readonly CustomerChange[]): Preview {
  const notes = changes.flatMap(refusal);
  const width = Math.max(...changes.map(({ field }) => field.length), 4);
  return {
    lines: [
      title,
      ...changes.map((change) => previewLine(change.field.padEnd(width), changeText(change))),
      ...notes.map((note) => previewLine('note'.padEnd(width), note)),
    ],
    document: { changes: changes.map((change) => ({ ...change })), notes },
  };
}

function changeText({ field, before, after }: CustomerChange): string {
  const [was, becomes] = [valueText(field, before), valueText(field, after)];
  return was === becomes ? `${was} (unchanged)` : `${was} → ${becomes}`;
}

/** Text of a value as the field's flag takes it; `none` for an empty value. */
function valueText(field: string, value: Json): string {
  const rule = editFields.map((name) => editRules[name]).find(({ body }) => body === field);
  const word = Object.entries(rule?.switch ?? {}).find(([, meant]) => meant === value);
  if (word !== undefined) return word[0];
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  return value === null || value === '' ? 'none' : String(value);
}

/**
 * Present value of each field that can change, as text. A field that can be set only once is absent once it is set.
 * @param customer the API's document of the customer
 */
export function presentFields(customer: JsonObject): Partial<Record<EditField, string>> {
  const known = editFields.flatMap((name): readonly (readonly [EditField, string])[] => {
    const { body } = editRules[name];
    const value = customer[body] ?? null;
    if (once.includes(name) && value !== null) return [];
    return [[name, name === 'metadata' ? metadataText(value) : valueText(body, value)]];
  });
  return Object.fromEntries(known);
}

function metadataText(value: Json): string {
  const pairs = isJsonObject(value)
    ? Object.entries(value).map(([key, text]) => `${key}=${String(text)}`)
    : [];
  return pairs.length === 0 ? 'none' : pairs.join(', ');
}

/** Fields that can be set once and never changed (contract: EditCustomer). */
const once: readonly EditField[] = ['externalId', 'currency'];

function refusal({ field, before, after }: CustomerChange): readonly string[] {
  if (!once.some((name) => editRules[name].body === field) || before === null || before === after) return [];
  return [`The API will refuse this: ${field} is ${String(before)} and cannot be changed.`];
}
