// Writes documents as YAML: a list is one sequence, written document by document. Only this file uses the yaml package.
import {
  type CreateNodeOptions,
  type DocumentOptions,
  Scalar,
  type ScalarTag,
  Schema,
  stringify,
  type ToStringOptions,
} from 'yaml';
import { isJsonNumber, isJsonObject, type Json, type JsonNumber } from '../wire/json.ts';
import type { LongRecord } from './rows-as-json.ts';
import { escapeActive } from './shown-text.ts';
import type { Rows } from './view.ts';

/** One sequence of all documents. If the source fails midway, this generator fails, too, and the sequence ends there. */
export async function* rowsAsYaml(documents: Rows<Json>): AsyncGenerator<string> {
  let empty = true;
  for await (const document of documents) {
    empty = false;
    yield yamlText([document]);
  }
  if (empty) yield '[]\n';
}

/** One document. */
export const recordAsYaml = (document: Json): string => yamlText(document);

/** A document of which one field is a list of any length, written row by row; the text is that of the whole document. */
export async function* longRecordAsYaml({ head, name, list, tail }: LongRecord): AsyncGenerator<string> {
  yield yamlText(head);
  let empty = true;
  for await (const document of list) {
    const field = yamlText({ [name]: [document] });
    yield empty ? field : field.slice(field.indexOf('\n') + 1);
    empty = false;
  }
  if (empty) yield yamlText({ [name]: [] });
  yield yamlText(tail);
}

const decimal: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: isJsonNumber,
  // Never called, because this file only writes YAML.
  resolve: (text) => text,
  stringify: ({ value }) => numberText(value as JsonNumber),
};

/** The digits unchanged; an exponent in the one form that readers of YAML 1.1 also accept as a number. */
function numberText({ value }: JsonNumber): string {
  const [, digits = value, sign = '', exponent] = /^(.*?)e([+-]?)(.*)$/i.exec(value) ?? [];
  if (exponent === undefined) return value;
  return `${digits.includes('.') ? digits : `${digits}.0`}e${sign === '' ? '+' : sign}${exponent}`;
}

const style = {
  version: '1.2',
  // Made once: `stringify` would make another for each document, which took a third of its time.
  schema: new Schema({
    schema: 'core',
    resolveKnownTags: true,
    compat: 'yaml-1.1',
    customTags: (tags) => [decimal, ...tags],
  }),
  aliasDuplicateObjects: false,
  doubleQuotedAsJSON: true,
  blockQuote: 'literal',
  lineWidth: 0,
} satisfies DocumentOptions & { schema: Schema } & CreateNodeOptions & ToStringOptions;

const yamlText = (document: Json): string => escapeActive(stringify(quoted(document), style));

// YAML 1.1 and 1.2 differ in what is a number, a date or a special key. All such texts begin with these characters,
// except words such as `yes`, which the package quotes. A literal block loses blanks before its first letter.
const startsUnlikeText = /^[\d+\-.=~<\s]/;
// JSON's escapes are YAML's too, but only between double quotes.
const needsEscapes =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]/;

/** The same document, with quotes around each text that would be read as something else without them. */
function quoted(value: Json): unknown {
  if (typeof value === 'string') return scalar(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(quoted);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).flatMap(([name, field]) =>
    field === undefined ? [] : [[scalar(name), quoted(field)] as const],
  );
  return new Map(fields);
}

function scalar(text: string): string | Scalar<string> {
  if (!startsUnlikeText.test(text) && !needsEscapes.test(text)) return text;
  const node = new Scalar(text);
  node.type = 'QUOTE_DOUBLE';
  return node;
}
