// Reads and writes JSON whose numbers keep every digit, and declares requests, answers and the error for a lost answer.
import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

export type JsonNumber = LosslessNumber;
export type Json = null | boolean | string | number | JsonNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/**
 * Reads a JSON document, with or without the byte order mark of Windows editors. Its numbers are `JsonNumber`s.
 * Throws a SyntaxError if it is not valid JSON, or nested too deeply.
 */
export function parseJson(text: string): Json {
  try {
    return notTooDeep(
      parse(text.startsWith(byteOrderMark) ? text.slice(1) : text, undefined, { onDuplicateKey }) as Json,
    );
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
}

const onDuplicateKey = ({ key }: { readonly key: string }): never => {
  throw new SyntaxError(`the member "${key}" is there twice`);
};

const byteOrderMark = '\uFEFF';

/** Reads a document that must be one object. @param source the name of the text in the problem: a file, or `stdin` */
export function readJsonObject(
  text: string,
  source: string,
): { readonly object: JsonObject } | { readonly problem: string } {
  if (text.trim() === '') return { problem: `${source} is empty` };
  try {
    const document = parseJson(text);
    if (isJsonObject(document)) return { object: document };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: `${source} is not JSON: ${why}` };
  }
  return { problem: `${source} must contain one JSON object` };
}

/** A number that a plain JavaScript number would change: too many digits, or written with an exponent. */
const beyondPlain = /[:,[]\s*-?(?:[\d.]{16}|\d[\d.]*[eE]|0\.0{6})/;

/**
 * Reads a document that is not printed unchanged, much faster: its numbers are plain JavaScript numbers, unless one of
 * them would lose digits. A decimal of up to 15 digits keeps its value in a plain number, but not its trailing zeros.
 */
export function parseWrittenJson(text: string): Json {
  return beyondPlain.test(text) ? parseJson(text) : (JSON.parse(text) as Json);
}

/** A number that a plain JavaScript number would print differently: as `beyondPlain`, and `1.50` and `-0`. */
const writtenOtherwise = /[:,[]\s*(?:-?(?:[\d.]{16}|\d[\d.]*[eE]|0\.0{6}|\d+\.\d*0[\s,\]}])|-0[\s,\]}])/;

/**
 * Reads a document from an unknown writer: its numbers are plain JavaScript numbers if each of them prints exactly as
 * written. Otherwise all are `JsonNumber`s.
 */
export function parseExactJson(text: string): Json {
  return writtenOtherwise.test(text) ? parseJson(text) : parsedPlainly(text);
}

/** Deeper nesting could be read and then not be written: both recurse on the stack. */
const depthMost = 500;

function parsedPlainly(text: string): Json {
  return notTooDeep(JSON.parse(text.startsWith(byteOrderMark) ? text.slice(1) : text) as Json);
}

function notTooDeep(document: Json): Json {
  if (isDeeper(document, depthMost)) throw tooDeep();
  return document;
}

const tooDeep = () => new SyntaxError('the document is nested too deeply');

function isDeeper(value: Json | undefined, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (most === 0) return true;
  for (const name in value as JsonObject) if (isDeeper((value as JsonObject)[name], most - 1)) return true;
  return false;
}

/** Reads a document whose digits do not matter, much faster: its numbers are plain JavaScript numbers. */
export function parsePlainJson(text: string): Json {
  return JSON.parse(text) as Json;
}

/** The document as text, digits unchanged. @param indent spaces per level; 0 writes one line */
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

/** A JSON number with exactly these digits: a plain number if it prints the same. @param text a decimal number */
export function jsonNumber(text: string): number | JsonNumber {
  const plain = Number(text);
  return Number.isFinite(plain) && String(plain) === text ? plain : new LosslessNumber(text);
}

export function isJsonNumber(value: unknown): value is JsonNumber {
  return isLosslessNumber(value);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** An object of the fields that have a value. */
export const definedFields = (fields: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The digits of a JSON number, parsed or built; `undefined` for anything else. */
export function numberText(value: unknown): string | undefined {
  if (isLosslessNumber(value)) return value.value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** A request below the base URL, ready to send: path segments encoded, body as JSON text. */
export interface WireRequest {
  readonly method: Method;
  /** Begins with `/`; the base URL ends in `/v1` and is not part of it. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends one request to an API and returns its answer, whatever the status.
 * Rejects only if there is no whole answer: with a `TransportFailure`, or with the reason of the signal.
 */
export type Exchange = (request: WireRequest, signal?: AbortSignal) => Promise<WireAnswer>;

/** Whether the API may have executed the request: certainly not, or possibly. */
export type MayHaveHappened = 'no' | 'maybe';

/** More facts about the failure. */
export interface FailureFacts {
  readonly cause?: unknown;
  /** The same request would fail again in the same way. */
  readonly isPermanent?: boolean | undefined;
  /** What an operator can do now, each a sentence or a command line. */
  readonly next?: readonly string[] | undefined;
}

/**
 * An exchange that ended without a whole answer.
 * An answer of any status is not this error, nor is an answer whose body breaks the contract.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly mayHaveHappened: MayHaveHappened;
  readonly isPermanent: boolean;
  readonly next: readonly string[];

  constructor(message: string, mayHaveHappened: MayHaveHappened, facts: FailureFacts = {}) {
    super(message, { cause: facts.cause });
    this.mayHaveHappened = mayHaveHappened;
    this.isPermanent = facts.isPermanent ?? false;
    this.next = facts.next ?? [];
  }
}
