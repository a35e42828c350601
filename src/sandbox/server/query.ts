// Reads query parameters by name and type, and reports all their problems together.
import { type Amount, amountFromText, type Instant, parseInstant } from '../../credits/exact.ts';
import type { JsonObject, WireAnswer } from '../../wire/json.ts';
import type { Place, TimeRange } from '../store/pages.ts';
import { invalid, jsonAnswer } from './answers.ts';
import { isDay } from './date-text.ts';

/** Reads the parameters a route knows; `finish` then refuses the request if any was malformed, repeated or unknown. */
export class QueryReader {
  readonly #values = new Map<string, readonly string[]>();
  readonly #lists = new Set<string>();
  readonly #known = new Set<string>();
  readonly #problems: string[] = [];

  constructor(query: readonly (readonly [name: string, value: string])[]) {
    for (const [name, value] of query) {
      this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
    }
  }

  /** The unchanged value of a parameter; `null` if it is absent or empty. */
  text(name: string): string | null {
    this.#known.add(name);
    const value = this.#values.get(name)?.[0];
    return value === undefined || value === '' ? null : value;
  }

  /**
   * The requested page of a list: 20 items by default (Orb docs: pagination).
   * @param kind of the list, which refuses the cursor of another kind
   * @param order whether its items are ordered by a time and then by ordinal, or by ordinal alone
   */
  page(kind: string, order: 'by time' | 'by ordinal', maximum = 100): Page {
    const limit = this.#limit(maximum);
    const beyond = Number.MAX_SAFE_INTEGER;
    const [ordinal = beyond, at = beyond] = [...this.#cursor(kind, order === 'by time' ? 2 : 1)].reverse();
    return {
      after: { at, ordinal },
      limit: limit + 1,
      answer: (found, documents, place) => {
        const shown = found.slice(0, limit);
        const last = shown.at(-1);
        const next = found.length > limit && last !== undefined ? writeCursor(kind, place(last)) : null;
        const page = { has_more: next !== null, next_cursor: next };
        return jsonAnswer(200, { data: documents(shown), pagination_metadata: page });
      },
    };
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | null {
    const text = this.text(name);
    if (text === null) return null;
    const found = allowed.find((each) => each === text);
    return found ?? this.#wrong(null, `${name}: '${text}' is not one of ${allowed.join(', ')}`);
  }

  /** A parameter that may be repeated, such as `status[]`; `null` if it is absent. */
  manyOf<T extends string>(name: string, allowed: readonly T[]): readonly T[] | null {
    this.#known.add(name);
    this.#lists.add(name);
    const texts = this.#values.get(name)?.filter((text) => text !== '') ?? [];
    const found = texts.flatMap((text) => allowed.find((each) => each === text) ?? []);
    const strange = texts.find((text) => !allowed.some((each) => each === text));
    if (strange !== undefined)
      return this.#wrong(null, `${name}: '${strange}' is not one of ${allowed.join(', ')}`);
    return found.length === 0 ? null : found;
  }

  /** A day of the calendar, `2026-01-31`. */
  day(name: string): string | null {
    const text = this.text(name);
    return text === null || isDay(text) ? text : this.#wrong(null, `${name}: '${text}' is not a 'date'`);
  }

  boolean(name: string): boolean {
    const text = this.text(name)?.toLowerCase() ?? 'false';
    if (text === 'true' || text === 'false') return text === 'true';
    return this.#wrong(false, `${name}: '${text}' is not of type 'boolean'`);
  }

  decimal(name: string): Amount | null {
    const text = this.text(name);
    if (text === null) return null;
    return amountFromText(text) ?? this.#wrong(null, `${name}: '${text}' is not a decimal number`);
  }

  /** `name[gte]`, `name[gt]`, `name[lt]` and `name[lte]`, each an RFC 3339 time. */
  range(name: string): TimeRange {
    return {
      gte: this.#instant(`${name}[gte]`),
      gt: this.#instant(`${name}[gt]`),
      lt: this.#instant(`${name}[lt]`),
      lte: this.#instant(`${name}[lte]`),
    };
  }

  /** Adds a problem that a route has found itself. */
  refuse(problem: string): void {
    this.#problems.push(problem);
  }

  /** @throws Problem naming all problems */
  finish(): void {
    for (const [name, values] of this.#values) {
      if (values.length > 1 && !this.#lists.has(name))
        this.#problems.push(`${name}: is given more than once`);
      if (!this.#known.has(name)) {
        this.#problems.push(`Additional properties are not allowed ('${name}' was unexpected)`);
      }
    }
    if (this.#problems.length > 0) throw invalid(this.#problems);
  }

  #limit(maximum: number): number {
    const text = this.text('limit') ?? '20';
    const limit = /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
    if (limit === undefined) return this.#wrong(20, `limit: '${text}' is not of type 'integer'`);
    if (limit < 1) return this.#wrong(20, `limit: ${limit} is less than the minimum of 1`);
    if (limit > maximum) return this.#wrong(20, `limit: ${limit} is greater than the maximum of ${maximum}`);
    return limit;
  }

  /** The numbers of the cursor; empty without a cursor. */
  #cursor(kind: string, numbers: number): readonly number[] {
    const text = this.text('cursor');
    if (text === null) return [];
    const place = readCursor(text, kind);
    if (place?.length === numbers) return place;
    return this.#wrong([], 'cursor: is not a cursor of this list');
  }

  #instant(name: string): Instant | undefined {
    const text = this.text(name);
    if (text === null) return undefined;
    // A plain date limits a list at midnight UTC; only dates of a customer's credits are local dates.
    const at = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
    return at ?? this.#wrong(undefined, `${name}: '${text}' is not a 'date-time'`);
  }

  #wrong<T>(instead: T, problem: string): T {
    this.#problems.push(problem);
    return instead;
  }
}

/** A page of a list, whose items come in the order of the list. */
export interface Page {
  /** The place where the previous page ended; for the first page, a place beyond all items. */
  readonly after: Place;
  /** How many items to find: one more than the page holds, to see whether there is another page. */
  readonly limit: number;
  /** @param place the numbers that order the list, for the last item shown */
  readonly answer: <Item>(
    found: readonly Item[],
    documents: (shown: readonly Item[]) => readonly JsonObject[],
    place: (last: Item) => readonly number[],
  ) => WireAnswer;
}

const writeCursor = (kind: string, place: readonly number[]): string =>
  Buffer.from([kind, ...place].join(':')).toString('base64url');

/** The numbers of a cursor of that kind; `undefined` for a text that `writeCursor` did not make. */
function readCursor(text: string, kind: string): readonly number[] | undefined {
  const decoded = Buffer.from(text, 'base64url').toString();
  const [named, ...place] = decoded.split(':');
  if (named !== kind || !place.every((part) => /^-?\d{1,16}$/.test(part))) return undefined;
  const numbers = place.map(Number);
  return writeCursor(kind, numbers) === text ? numbers : undefined;
}
