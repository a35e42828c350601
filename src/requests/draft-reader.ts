// Reads the fields of one draft of a ledger entry and collects their problems. Pure.

import {
  type CalendarDate,
  type DateProblem,
  formsAhead,
  parseDate,
  problemWithForms,
  readDate,
  startOfDay,
  zonedText,
} from '../credits/calendar.ts';
import type { CreatableEntryType } from '../credits/customer.ts';
import { type Amount, type Instant, isZero, readAmount, wholeSeconds } from '../credits/exact.ts';
import { edgeProblem, unsendable } from '../credits/text.ts';
import type { Problem } from '../errors.ts';
import { type JsonObject, jsonNumber } from '../wire/json.ts';
import { idList, readMetadata } from './command-args.ts';
import {
  draftType,
  type EntryDraft,
  type EntryField,
  entryFieldNames,
  entryFields,
  isFieldSet,
  missingFields,
} from './entry-draft.ts';
import { markerName } from './request.ts';

export interface EntryContext {
  readonly now: Instant;
  /** The customer's IANA time zone, in which dates are read. While the zone is unknown, no date is rejected as past. */
  readonly zone: string | undefined;
  /** The name of a field in a problem; default: its flag. */
  readonly nameOf?: (field: EntryField) => string;
  /** Resolves dates as of `now` in `zone`; a caller that reads many drafts passes one with a cache. Default: a new one. */
  readonly resolve?: ResolveDate;
}

export interface ReadInstant {
  readonly at: Instant;
  readonly text: string;
}

type SingleField = { [F in EntryField]: EntryDraft[F] extends string | undefined ? F : never }[EntryField];

/** Reads the fields of one draft and collects their problems; a field with a problem reads as `undefined`. */
export class DraftReader {
  readonly problems: Problem[] = [];
  readonly draft: EntryDraft;
  readonly context: EntryContext;

  constructor(draft: EntryDraft, context: EntryContext) {
    this.draft = draft;
    this.context = context;
  }

  /** The customer's zone, or UTC while the zone is unknown, which is enough to check the form of dates. */
  get zone(): string {
    return this.context.zone ?? 'UTC';
  }

  name(field: EntryField): string {
    return this.context.nameOf?.(field) ?? entryFields[field].flag;
  }

  problem(field: EntryField, problem: string): undefined {
    this.problems.push({ where: this.name(field), problem });
  }

  checkFieldsGoWith(type: CreatableEntryType): void {
    for (const field of entryFieldNames) {
      const { types } = entryFields[field];
      if (isFieldSet(this.draft, field) && !types.includes(type)) {
        this.problem(field, `cannot be used with ${article(type)}, only with ${types.join(', ')}`);
      }
    }
  }

  checkNothingIsMissing(): void {
    const type = draftType(this.draft) ?? 'increment';
    // Who extends or expires a block never typed the type of the entry.
    const entry = type === 'expiration_change' ? 'an expiry change' : article(type);
    for (const field of missingFields(this.draft)) {
      const problem = `is missing: ${entry} needs it`;
      const wayOut = field === 'block' ? { next: idList('<block>', undefined, this.draft.currency) } : {};
      this.problems.push({ where: this.name(field), problem, isMissing: true, ...wayOut });
    }
  }

  text(field: SingleField): string | undefined {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    const problem = value.trim() === '' ? 'is empty' : unsendable(value);
    return problem === undefined ? value : this.problem(field, problem);
  }

  /** An id, such as a block's; with a blank at its edge, the id would name another object. */
  id(field: SingleField): string | undefined {
    const value = this.text(field);
    const problem = value === undefined ? undefined : edgeProblem(value);
    return problem === undefined ? value : this.problem(field, problem);
  }

  oneOf(field: SingleField, values: readonly string[]): string | undefined {
    const value = this.draft[field];
    if (value === undefined || values.includes(value)) return value;
    return this.problem(field, `must be ${values.join(' or ')}: "${value}"`);
  }

  amount(field: SingleField, least: 'positive' | 'zero too'): Amount | undefined {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    const reading = readAmount(value);
    if ('problem' in reading) return this.problem(field, this.#deduction(field, value) ?? reading.problem);
    if (least === 'positive' && isZero(reading.amount)) {
      return this.problem(field, 'must be above 0');
    }
    return reading.amount;
  }

  /** The problem with a negative grant: without its sign, a deduction that was written as a grant would become one. */
  #deduction(field: SingleField, value: string): string | undefined {
    const typed = value.trim().slice(0, 40);
    if (field !== 'amount' || draftType(this.draft) !== 'increment' || !typed.startsWith('-'))
      return undefined;
    return `must not be negative: "${typed}"; to use credits, give the type decrement and leave out the sign`;
  }

  wholeNumber(field: SingleField) {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    const reading = readAmount(value);
    // Whole numbers include 30.0, which some programs write for 30 days.
    if ('problem' in reading || !/^\d{1,4}$/.test(reading.amount))
      return this.problem(field, `must be a whole number of days: "${value}"`);
    return jsonNumber(reading.amount);
  }

  metadata(): JsonObject | undefined {
    const metadata = readMetadata(this.draft.metadata ?? [], this.problems, this.name('metadata'));
    for (const [key, value] of Object.entries(metadata ?? {})) {
      const problem = edgeProblem(key) ?? unsendable(key) ?? unsendable(String(value));
      if (problem !== undefined) this.problem('metadata', problem);
    }
    if (metadata !== undefined && markerName in metadata)
      this.problem('metadata', `cannot set ${markerName}: creditctl uses it to recognise its entries`);
    return metadata;
  }

  /** A date means its first instant in the customer's zone, as in Orb (Orb docs: time zones). */
  instant(field: SingleField): ReadInstant | undefined {
    const value = this.draft[field];
    return value === undefined ? undefined : this.#resolved(field, value);
  }

  date(field: SingleField): CalendarDate | undefined {
    const dated = this.#dated(field);
    if (dated?.kind !== 'instant') return dated?.date;
    return this.problem(field, `must be a date without a time: "${this.draft[field]}"`);
  }

  dateOrInstant(field: SingleField): string | undefined {
    const dated = this.#dated(field);
    return dated?.kind === 'instant' ? dated.text : dated?.date;
  }

  /** A date without a time is sent unchanged, so the API decides its zone; any other text is resolved here. */
  #dated(field: SingleField) {
    const value = this.draft[field];
    if (value === undefined) return undefined;
    const date = parseDate(value.trim());
    return date === undefined ? this.#resolved(field, value) : ({ kind: 'date', date } as const);
  }

  #resolved(field: SingleField, value: string) {
    const resolve = this.context.resolve ?? dateResolver(this.context.now, this.zone);
    const resolved = resolve(value);
    if (resolved.kind !== 'problem') return resolved;
    const { problem } = field === 'expires' ? problemWithForms(resolved, formsAhead) : resolved;
    return this.problem(field, problem);
  }
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

/** A date with its first instant, an exact instant, or the problem as a sentence fragment. */
export type ResolvedDate =
  | { readonly kind: 'date'; readonly date: CalendarDate; readonly at: Instant; readonly text: string }
  | { readonly kind: 'instant'; readonly at: Instant; readonly text: string }
  | DateProblem;

export type ResolveDate = (typed: string) => ResolvedDate;

/** Makes a resolver of dates as of one instant in one zone; `at` has whole seconds, as `text` has: RFC 3339 with the zone's offset. */
export function dateResolver(now: Instant, zone: string): ResolveDate {
  return (typed) => {
    const reading = readDate(typed, now, zone);
    if (reading.kind === 'problem') return reading;
    const at = reading.kind === 'date' ? startOfDay(reading.date, zone) : wholeSeconds(reading.at);
    return { ...reading, at, text: zonedText(at, zone) };
  };
}

/** The size of the cache: a file with a different time in each row must not fill the memory. */
const cachedDatesMax = 10_000;

/** Adds a cache to a resolver. */
export function cachedResolver(resolve: ResolveDate): ResolveDate {
  const known = new Map<string, ResolvedDate>();
  return (typed) => {
    const earlier = known.get(typed);
    if (earlier !== undefined) return earlier;
    const resolved = resolve(typed);
    if (known.size >= cachedDatesMax) known.clear();
    known.set(typed, resolved);
    return resolved;
  };
}
