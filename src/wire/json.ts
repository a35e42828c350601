// JSON whose numbers keep every digit: a balance of 0.1 or of 18 digits is read, carried and printed as it came.
import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

export type JsonNumber = LosslessNumber;
export type Json = null | boolean | string | number | JsonNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/**
 * Reads a JSON document, also after the byte order mark that editors of Windows put in front; its numbers are
 * `JsonNumber`s. Throws a SyntaxError if it is none.
 */
export function parseJson(text: string): Json {
  try {
    return parse(text.startsWith(byteOrderMark) ? text.slice(1) : text) as Json;
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('the document is nested too deeply');
    throw error;
  }
}

const byteOrderMark = '\uFEFF';

/** A number of which a plain one would lose a digit, or that it would write in another way. */
const beyondPlain = /[:,[]-?(?:[\d.]{16}|\d[\d.]*[eE]|0\.0{6})/;

/**
 * The same for a document that `writeJson` wrote: its numbers are plain ones, and it is read much faster, unless it has a
 * number that no plain one holds. A decimal of 15 digits keeps its value in a plain number, though not its last zeros.
 */
export function parseWrittenJson(text: string): Json {
  return beyondPlain.test(text) ? parseJson(text) : (JSON.parse(text) as Json);
}

/** The same for a document of which no digit is kept or shown: its numbers are plain ones, and it is read much faster. */
export function parsePlainJson(text: string): Json {
  return JSON.parse(text) as Json;
}

/** The same document again, digits untouched. @param indent spaces a level; 0 writes one line */
export function writeJson(value: Json, indent = 0): string {
  if (!holdsJsonNumber(value)) return JSON.stringify(value, undefined, indent) ?? 'null';
  return stringify(value, undefined, indent) ?? 'null';
}

function holdsJsonNumber(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof LosslessNumber) return true;
  for (const name in value as JsonObject) if (holdsJsonNumber((value as JsonObject)[name])) return true;
  return false;
}

/** A JSON number with exactly these digits. @param text a decimal number */
export function jsonNumber(text: string): JsonNumber {
  return new LosslessNumber(text);
}

export function isJsonNumber(value: unknown): value is JsonNumber {
  return isLosslessNumber(value);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** The digits of a JSON number, whether it was read or built; `undefined` for anything else. */
export function numberText(value: unknown): string | undefined {
  if (isLosslessNumber(value)) return value.value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}
