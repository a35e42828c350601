// Reads the fields of a plan's lines and names an invalid one, because anyone can edit the file.
import { type Amount, amountFromText, parseInstant } from '../../credits/exact.ts';
import { isJsonObject, type Json, type JsonObject, numberText } from '../../wire/json.ts';

/** An invalid line; the message is the end of a sentence that names the line. */
export class NoPlanLine extends Error {}

/** One object of a line and its path (`batch.`). Each reader throws a `NoPlanLine`. */
export class PlanFields {
  readonly object: JsonObject;
  readonly #path: string;

  constructor(value: Json | undefined, path = '') {
    if (!isJsonObject(value)) throw new NoPlanLine(`${path || 'content'} is no object`);
    this.object = value;
    this.#path = path;
  }

  within(name: string): PlanFields {
    return new PlanFields(this.object[name], `${this.#path}${name}.`);
  }

  list(name: string): readonly PlanFields[] {
    const value = this.object[name];
    if (!Array.isArray(value)) return this.wrong(name, 'a list');
    return (value as readonly Json[]).map((each) => new PlanFields(each, `${this.#path}${name}.`));
  }

  text(name: string): string {
    const value = this.object[name];
    return typeof value === 'string' ? value : this.wrong(name, 'text');
  }

  /** A text for which `problemOf` returns `undefined`. */
  checked(name: string, problemOf: (text: string) => string | undefined): string {
    const value = this.text(name);
    const problem = problemOf(value);
    return problem === undefined ? value : this.wrong(name, problem);
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
    return values.find((value) => value === this.object[name]) ?? this.wrong(name, values.join(' or '));
  }

  isTrue(name: string): boolean {
    const value = this.object[name];
    return typeof value === 'boolean' ? value : this.wrong(name, 'true or false');
  }

  texts(name: string): readonly string[] {
    const value = this.object[name];
    if (!Array.isArray(value)) return this.wrong(name, 'a list of texts');
    return (value as readonly Json[]).map((each) =>
      typeof each === 'string' ? each : this.wrong(name, 'a list of texts'),
    );
  }

  /** A whole number, zero or more. */
  count(name: string): number {
    const text = numberText(this.object[name]);
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : this.wrong(name, 'a whole number');
  }

  /** Credits, a JSON number. */
  credits(name: string): Amount {
    return amountFromText(numberText(this.object[name]) ?? '') ?? this.wrong(name, 'a number');
  }

  /** Money, decimal text. */
  money(name: string): Amount {
    return amountFromText(this.text(name)) ?? this.wrong(name, 'a decimal number in a text');
  }

  /** RFC 3339, kept as written. */
  time(name: string): string {
    return this.checked(name, (text) => (parseInstant(text) === undefined ? 'a time' : undefined));
  }

  nullable<Value>(name: string, read: (name: string) => Value): Value | null {
    return this.object[name] === null ? null : read.call(this, name);
  }

  wrong(name: string, wanted: string): never {
    throw new NoPlanLine(`${this.#path}${name} is not ${wanted}`);
  }
}
