// Encodes values for SQL statements, and decodes the columns of PostgreSQL rows; a wrong type counts as damage.

import { randomUUID } from 'node:crypto';
import { CreditctlError, notApplied } from '../../errors.ts';
import type { FactAuthor, FactRunner, TextName, WriteState } from '../facts.ts';

/** The text of each column, as the server sent it. */
export type RawRow = Readonly<Record<string, string | null>>;

export class Row {
  readonly #values: RawRow;

  constructor(values: RawRow) {
    this.#values = values;
  }

  maybeText(name: string): string | null {
    const value = this.#values[name];
    if (value === undefined) throw damaged(name);
    return value;
  }

  text(name: string): string {
    return this.maybeText(name) ?? raise(name);
  }

  /** An integer that a JavaScript number holds exactly. */
  number(name: string): number {
    return this.maybeNumber(name) ?? raise(name);
  }

  maybeNumber(name: string): number | null {
    const text = this.maybeText(name);
    const number = text === null ? null : Number(text);
    return number === null || Number.isSafeInteger(number) ? number : raise(name);
  }

  flag(name: string): boolean {
    const text = this.text(name);
    return text === 't' || (text === 'f' ? false : raise(name));
  }

  /** The bytes of a column that was selected as base64. */
  bytes(name: string): Buffer {
    return Buffer.from(this.text(name), 'base64');
  }

  maybeObject(name: string): Fields | null {
    const text = this.maybeText(name);
    return text === null ? null : new Fields(name, JSON.parse(text));
  }

  object(name: string): Fields {
    return this.maybeObject(name) ?? raise(name);
  }

  /** A list of texts; empty for null. */
  texts(name: string): readonly string[] {
    const text = this.maybeText(name);
    const value: unknown = text === null ? [] : JSON.parse(text);
    if (!Array.isArray(value)) throw damaged(name);
    return value.map((item: unknown) => (typeof item === 'string' ? item : raise(name)));
  }
}

/** A JSON object in a column. */
export class Fields {
  readonly #name: string;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(name: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(name);
    this.#name = name;
    this.#values = new Map(Object.entries(value));
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : raise(`${this.#name}.${name}`);
  }

  maybeText(name: string): string | undefined {
    return this.#values.has(name) ? this.text(name) : undefined;
  }

  number(name: string): number {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : raise(`${this.#name}.${name}`);
  }

  /** A nested object. */
  fields(name: string): Fields {
    return new Fields(`${this.#name}.${name}`, this.#values.get(name));
  }

  list(name: string): readonly string[] {
    const value = this.#values.get(name);
    if (!Array.isArray(value)) throw damaged(`${this.#name}.${name}`);
    return value.map((item: unknown) => (typeof item === 'string' ? item : raise(name)));
  }

  names(): readonly string[] {
    return [...this.#values.keys()];
  }
}

export function authorOf(fields: Fields): FactAuthor {
  const actor = fields.maybeText('actor');
  const author = { os_user: fields.text('os_user'), host: fields.text('host') };
  return actor === undefined ? author : { ...author, actor };
}

export function runnerOf(fields: Fields): FactRunner {
  const started = fields.maybeText('started');
  const runner = { machine: fields.text('machine'), pid: fields.number('pid') };
  return started === undefined ? runner : { ...runner, started };
}

function raise(name: string): never {
  throw damaged(name);
}

function damaged(name: string): CreditctlError {
  return notApplied('refused', `The record is damaged: it has no valid ${name}; nothing was sent`, [
    'creditctl history verify',
  ]);
}

const states: readonly WriteState[] = ['noted', 'settled', 'refused', 'unknown', 'absent', 'unsent'];

/** Throws a `refused` error for a state that this program does not know. */
export function stateOf(text: string): WriteState {
  const state = states.find((known) => known === text);
  if (state !== undefined) return state;
  throw notApplied('refused', `The record has a write of the unknown state "${text}"`, [
    'creditctl history verify',
  ]);
}

const utf8 = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

/** All texts by name; a missing text is `null`. */
export function textsOf(fields: Fields | null): Readonly<Record<TextName, string | null>> {
  const text = (name: TextName): string | null =>
    fields?.has(name) === true ? utf8(fields.text(name)) : null;
  return {
    request: text('request'),
    command: text('command'),
    message: text('message'),
    answer: text('answer'),
    results: text('results'),
    policy: text('policy'),
    signatures: text('signatures'),
  };
}

/** The texts of an event; an erased text is `null`. */
export function eventTextsOf(body: Fields, kept: Fields | null): Readonly<Record<string, string | null>> {
  const names = body.has('texts') ? body.fields('texts').names() : [];
  return Object.fromEntries(
    names.map((name) => [name, kept?.has(name) === true ? utf8(kept.text(name)) : null]),
  );
}

/** The SQL literal of a value. */
export function literal(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return String(value);
  if (value.includes('\0'))
    throw new CreditctlError('refused', 'A record on PostgreSQL cannot hold the character NUL');
  const quoted = value.replaceAll("'", "''");
  // In an E'' string, a backslash means the same under each setting of standard_conforming_strings.
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** The SQL literal of a value as JSON. */
export const jsonLiteral = (value: unknown): string => `${literal(JSON.stringify(value))}::jsonb`;

export const uniqueId = (): string => randomUUID();

export function onlyRow(statement: string, [row]: readonly Row[]): Row {
  if (row === undefined) throw new TypeError(`no row answers: ${statement.slice(0, 60)}`);
  return row;
}
