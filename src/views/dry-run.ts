// The view of a dry run's document: its request and its effect as columns, for formats that have no sentences.
import type { Column, View } from '../output/view.ts';
import { isJsonObject, type Json, type JsonObject, numberText, writeJson } from '../wire/json.ts';

const names = [
  'request.method',
  'request.path',
  'request.body',
  'effect.currency',
  'effect.balance_before',
  'effect.balance_after',
  'effect.blocks',
  'effect.revenue_recognised',
  'effect.invoice_total',
  'effect.notes',
];

/** Of the document that `dryRunDocument` makes. A value with parts of its own is JSON, as the metadata of an entry is. */
export const dryRunView: View<JsonObject> = {
  columns: names.map(
    (name): Column<JsonObject> => ({
      name,
      header: name,
      yields: 0,
      text: (document) => cellText(at(document, name.split('.'))),
    }),
  ),
  usual: names,
  fields: names,
  none: '',
};

function at(document: JsonObject, [name = '', ...below]: readonly string[]): Json {
  const value = document[name] ?? null;
  if (below.length === 0) return value;
  return isJsonObject(value) ? at(value, below) : null;
}

function cellText(value: Json): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '';
  return typeof value === 'string' ? value : (numberText(value) ?? writeJson(value));
}
