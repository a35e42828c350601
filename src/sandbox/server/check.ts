// Checks a JSON body against the contract's schemas, in the API's own words, and reads fields that passed.

import { type Amount, amountFromText } from '../../credits/exact.ts';
import {
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  numberText,
  parseJson,
} from '../../wire/json.ts';
import { isDateText, isDay } from './date-text.ts';

/** Returns every problem of a value. @param at the path of the value in the body; empty for the body itself */
export type Check = (value: Json, at: string) => readonly string[];

export const string: Check = (value, at) => (typeof value === 'string' ? [] : wrongType(value, at, 'string'));

export const boolean: Check = (value, at) =>
  typeof value === 'boolean' ? [] : wrongType(value, at, 'boolean');

export const number: Check = (value, at) => (isJsonNumber(value) ? [] : wrongType(value, at, 'number'));

/** A number that an amount can hold. */
export const amount: Check = (value, at) => {
  if (!isJsonNumber(value)) return wrongType(value, at, 'number');
  return numberField({ value }, 'value') === null ? [`${at}: has too large an exponent`] : [];
};

/** A whole number in any notation: `30.0` and `3e1` are integers in JSON Schema. */
export const integer: Check = (value, at) =>
  /^-?\d{1,15}$/.test(amountFromText(numberText(value) ?? '') ?? '') ? [] : wrongType(value, at, 'integer');

/** Whether a text has more than `max` characters by JSON Schema's count: code points, at least half of `length`. */
export const isLonger = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || [...text].length > max);

export const dateOrInstant = textThat(isDateText, 'date-time');
export const day = textThat(isDay, 'date');
/** A decimal number in a text. */
export const decimal = textThat((text) => amountFromText(text) !== undefined, 'decimal');

/** The most days that an invoice may be left unpaid. Model: a century; more would leave the calendar. */
const netTermsMax = 36_500;

export const netTerms: Check = (value, at) => {
  const problems = integer(value, at);
  const days = Number(numberText(value));
  if (problems.length > 0 || (days >= 0 && days <= netTermsMax)) return problems;
  return [`${at}: ${days} is not between 0 and ${netTermsMax}`];
};

const nameMax = 500;

/** Model: a name has 1 to 500 characters, also if the contract does not limit it. */
export const name: Check = (value, at) => {
  if (typeof value !== 'string') return wrongType(value, at, 'string');
  if (value === '') return [`${at}: ${shown(value)} is too short`];
  return isLonger(value, nameMax) ? [`${at}: is longer than ${nameMax} characters`] : [];
};

export function oneOf(allowed: readonly string[]): Check {
  return (value, at) =>
    typeof value === 'string' && allowed.includes(value)
      ? []
      : [`${at}: ${shown(value)} is not one of ${allowed.map((each) => `'${each}'`).join(', ')}`];
}

/** A text that `reads` accepts. @param format the expected format, for the message */
export function textThat(reads: (text: string) => boolean, format: string): Check {
  return (value, at) => {
    if (typeof value !== 'string') return wrongType(value, at, 'string');
    return reads(value) ? [] : [`${at}: ${shown(value)} is not a '${format}'`];
  };
}

export function nullable(check: Check): Check {
  return (value, at) => (value === null ? [] : check(value, at));
}

export function listOf(check: Check): Check {
  return (value, at) =>
    isList(value)
      ? value.flatMap((item, index) => check(item, `${at}[${index}]`))
      : wrongType(value, at, 'array');
}

export const distinctStrings: Check = (value, at) => {
  const problems = listOf(string)(value, at);
  if (problems.length > 0 || !isList(value) || new Set(value).size === value.length) return problems;
  return [`${at}: has non-unique elements`];
};

/** A list that passes the check and has at least one element. */
export function nonEmpty(check: Check): Check {
  return (value, at) =>
    isList(value) && value.length === 0 ? [`${at}: an empty array is too short`] : check(value, at);
}

/** An object whose values all pass the check. */
export function mapOf(check: Check): Check {
  return (value, at) =>
    isJsonObject(value)
      ? Object.entries(value).flatMap(([name, item]) => check(item ?? null, path(at, name)))
      : wrongType(value, at, 'object');
}

export interface Shape {
  readonly fields: Readonly<Record<string, Check>>;
  readonly required: readonly string[];
  /** Whether other fields are ignored rather than refused. */
  readonly open?: boolean;
}

export function shape({ fields, required, open }: Shape): Check {
  return (value, at) => {
    if (!isJsonObject(value)) return wrongType(value, at, 'object');
    const missing = required
      .filter((name) => !Object.hasOwn(value, name))
      .map((name) => `${prefix(at)}'${name}' is a required property`);
    const wrong = Object.entries(value).flatMap(([name, item]) => {
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (check !== undefined) return check(item ?? null, path(at, name));
      return open === true
        ? []
        : [`${prefix(at)}Additional properties are not allowed ('${name}' was unexpected)`];
    });
    return [...missing, ...wrong];
  };
}

/** The body as a JSON object that passes the checks, or all its problems. */
export function readBody(
  body: string | undefined,
  ...checks: readonly ((fields: JsonObject, at: string) => Iterable<string>)[]
): JsonObject | readonly string[] {
  const fields = readObject(body);
  if (isProblems(fields)) return fields;
  const problems = checks.flatMap((check) => [...check(fields, '')]);
  return problems.length > 0 ? problems : fields;
}

/** The body as a JSON object, or its problems. */
export function readObject(body: string | undefined): JsonObject | readonly string[] {
  if (body === undefined || body.trim() === '') return ['The request has no body; a JSON object is required'];
  try {
    const value = parseJson(body);
    if (!isJsonObject(value)) return wrongType(value, '', 'object');
    const unstorable = mayBeUnstorable.test(body) ? unstorableTexts(value, '') : [];
    return unstorable.length > 0 ? unstorable : value;
  } catch (error) {
    return [`The body is not valid JSON: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Matches the few bodies that need the full check: they have such a character, written out or escaped. */
const mayBeUnstorable = /[\ud800-\udfff]|\\u(?:0000|d[89a-f])/i;

/** Model: the character U+0000 and half a surrogate pair are refused. A database would store other texts instead. */
function unstorableTexts(value: Json | undefined, at: string): readonly string[] {
  if (typeof value === 'string')
    return isStorable(value) ? [] : [`${prefix(at)}holds a character that is not valid in a text`];
  if (isList(value)) return value.flatMap((item, index) => unstorableTexts(item, `${at}[${index}]`));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, below]) => [
    ...unstorableTexts(name, at),
    ...unstorableTexts(below, at === '' ? name : `${at}.${name}`),
  ]);
}

const isStorable = (text: string): boolean => !text.includes('\0') && !/[\ud800-\udfff]/u.test(text);

export function isProblems(outcome: object): outcome is readonly string[] {
  return Array.isArray(outcome);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function wrongType(value: Json, at: string, type: string): readonly string[] {
  return [`${prefix(at)}${shown(value)} is not of type '${type}'`];
}

/** The value for a message, cut short because it may be as long as a body. */
function shown(value: Json): string {
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 60)}…'` : `'${value}'`;
  if (isJsonObject(value)) return 'an object';
  return isList(value) ? 'an array' : (numberText(value) ?? String(value)).slice(0, 60);
}

const path = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);
const prefix = (at: string): string => (at === '' ? '' : `${at}: `);

export function textField(body: JsonObject, name: string): string | null {
  const value = body[name];
  return typeof value === 'string' ? value : null;
}

export function booleanField(body: JsonObject, name: string): boolean | null {
  const value = body[name];
  return typeof value === 'boolean' ? value : null;
}

export function integerField(body: JsonObject, name: string): number | null {
  const digits = numberText(body[name]);
  return digits === undefined ? null : Number(digits);
}

export function objectField(body: JsonObject, name: string): JsonObject | null {
  const value = body[name];
  return isJsonObject(value) ? value : null;
}

export function stringsField(body: JsonObject, name: string): readonly string[] {
  const value = body[name];
  return isList(value) ? value.filter((each) => typeof each === 'string') : [];
}

export function objectsField(body: JsonObject, name: string): readonly JsonObject[] {
  const value = body[name];
  return isList(value) ? value.filter(isJsonObject) : [];
}

/** Reads a JSON number, digit by digit. */
export function numberField(body: JsonObject, name: string): Amount | null {
  return amountFromText(numberText(body[name]) ?? '') ?? null;
}

/** Reads a decimal number in a text. */
export function decimalField(body: JsonObject, name: string): Amount | null {
  return amountFromText(textField(body, name) ?? '') ?? null;
}

/** Metadata without keys whose value is null: a new resource has no key to remove (contract: numbers). */
export function metadataField(body: JsonObject): Readonly<Record<string, string>> {
  const given = Object.entries(objectField(body, 'metadata') ?? {});
  return Object.fromEntries(given.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
