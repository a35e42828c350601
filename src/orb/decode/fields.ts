// Reads the fields of an answer, and names a field that breaks the contract.
import { type Amount, amountFromText, parseInstant } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import { isJsonObject, type Json, type JsonObject, numberText } from '../../wire/json.ts';

/** One object of an answer, with the path that leads to it (`data[3].credit_block`). */
export class Fields {
  readonly object: JsonObject;
  readonly #path: string;

  /** Throws a `server` error if the value is no object. */
  constructor(value: Json | undefined, path: string) {
    if (!isJsonObject(value)) throw breach(path === '' ? 'the answer' : path, 'an object', value);
    this.object = value;
    this.#path = path;
  }

  string(name: string): string {
    const value = this.object[name];
    return typeof value === 'string' ? value : this.#breach(name, 'a string');
  }

  boolean(name: string): boolean {
    const value = this.object[name];
    return typeof value === 'boolean' ? value : this.#breach(name, 'true or false');
  }

  /** A whole number in any notation: `7.0` is an integer in JSON Schema. */
  integer(name: string): number {
    const text = amountFromText(numberText(this.object[name]) ?? '') ?? '';
    return /^-?\d{1,15}$/.test(text)
      ? Number(text)
      : this.#breach(name, 'a whole number of at most 15 digits');
  }

  /** Quantities of credits are JSON numbers (contract: numbers). */
  quantity(name: string): Amount {
    const text = numberText(this.object[name]);
    if (text === undefined) return this.#breach(name, 'a number');
    const read = amountFromText(text);
    if (read !== undefined) return read;
    throw invalid(
      `${this.#at(name)} is the number ${text}, which is too ${/e-/i.test(text) ? 'small' : 'large'}`,
    );
  }

  /** Money is decimal text. */
  money(name: string): Amount {
    const value = this.object[name];
    const read = typeof value === 'string' ? amountFromText(value) : undefined;
    return read ?? this.#breach(name, 'a decimal number in a string');
  }

  /** An ISO 8601 instant, kept as the API wrote it. */
  time(name: string): string {
    const value = this.string(name);
    return parseInstant(value) === undefined ? this.#breach(name, 'an RFC 3339 time') : value;
  }

  /** Reads a field that may be null. */
  nullable<Value>(name: string, read: (name: string) => Value): Value | null {
    return this.object[name] === null ? null : read.call(this, name);
  }

  /** Reads a field that may be null or absent. */
  optional<Value>(name: string, read: (name: string) => Value): Value | null {
    return this.has(name) ? this.nullable(name, read) : null;
  }

  has(name: string): boolean {
    return this.object[name] !== undefined;
  }

  nested(name: string): Fields {
    return new Fields(this.object[name], this.#at(name));
  }

  list<Value>(name: string, read: (value: Json, path: string) => Value): readonly Value[] {
    const value = this.object[name];
    if (!Array.isArray(value)) return this.#breach(name, 'an array');
    return (value as readonly Json[]).map((element, index) => read(element, `${this.#at(name)}[${index}]`));
  }

  strings(name: string): readonly string[] {
    return this.list(name, (value, path) => {
      if (typeof value !== 'string') throw breach(path, 'a string', value);
      return value;
    });
  }

  /** Metadata: a string under each key. */
  metadata(): Readonly<Record<string, string>> {
    const nested = this.nested('metadata');
    for (const key in nested.object) nested.string(key);
    // The loop proves that every value is a string.
    return nested.object as Readonly<Record<string, string>>;
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #breach(name: string, promised: string): never {
    throw breach(this.#at(name), promised, this.object[name]);
  }
}

/** The error for an answer that breaks the contract. @param promised what the contract requires */
const breach = (path: string, promised: string, found: Json | undefined): CreditctlError =>
  invalid(`${path} is ${kindOf(found)} instead of ${promised}`);

const invalid = (why: string): CreditctlError =>
  new CreditctlError('server', `The API's answer is not valid: ${why}`, { next: ['creditctl config show'] });

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  const number = numberText(value);
  if (number !== undefined) return `the number ${number}`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  return typeof value === 'object' ? 'an object' : String(value);
}
