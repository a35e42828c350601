// Asks for an expiry, by presets and dates that are explained as days in the customer's time zone.

import {
  type CalendarDate,
  dateAt,
  dayAfter,
  formsAhead,
  readDate,
  startOfDay,
  weekdayOf,
  withForms,
  zonedText,
} from '../credits/calendar.ts';
import { type CreditBlock, endOf } from '../credits/customer.ts';
import type { Instant } from '../credits/exact.ts';
import { distanceIn } from '../credits/local-time.ts';
import type { BlockPurpose } from '../requests/block-purpose.ts';
import { neverExpires } from '../requests/entry-draft.ts';
import type { Check, Choice, Prompter } from './prompter.ts';

/** The current time and the time zone that decides which day it is. */
export interface Today {
  readonly now: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
}

/** The value of the choice to type a date. */
export const anotherDate = 'another date';

export interface ExpiryPresets extends Today {
  /** The policy's default expiry, as `--expires` takes it. */
  readonly usual: string | undefined;
  /** The earlier choice, if the person has come back to this question. */
  readonly before: string | undefined;
}

/** Asks for a preset. Returns the text that `--expires` takes: an empty one for never, or `anotherDate`. */
export function askExpiry(prompter: Prompter, { usual, before, ...today }: ExpiryPresets): Promise<string> {
  const presets: readonly Choice<string>[] = [
    preset('in 30 days', '+30d', today),
    preset('in 90 days', '+90d', today),
    preset('in a year', '+1y', today),
    yearEnd(today),
    // With a default expiry in the policy, "never" must be sent explicitly.
    { name: 'never', value: usual === undefined ? '' : neverExpires },
    { name: 'on another date…', value: anotherDate },
  ];
  const isExtra = (value: string | undefined): value is string =>
    value !== undefined && value !== '' && !presets.some((choice) => choice.value === value);
  const choices = [
    ...(isExtra(before) && before !== usual ? [preset('as before', before, today)] : []),
    ...(isExtra(usual) ? [preset('default', usual, today)] : []),
    ...presets,
  ];
  const initial = [before, usual].find((value) => choices.some((choice) => choice.value === value));
  const typed = {
    what: 'a date',
    find: (text: string) => [
      ...typedExpiry(text, today),
      ...choices.filter(({ name }) => isMeant(name, text)),
    ],
    none: `Write ${formsAhead}`,
  };
  return prompter.choose({ message: 'When do the credits expire?', choices, initial, typed });
}

/** Whether a choice's words contain the typed text; the date in brackets does not count, as a typed one may be unfinished. */
const isMeant = (name: string, text: string): boolean =>
  (name.split('  ')[0] ?? name).includes(text.toLowerCase());

/** The choice for a typed date in the future, with its explanation. */
function typedExpiry(text: string, today: Today): readonly Choice<string>[] {
  const reading = readDate(text, today.now, today.zone);
  const hint = dateText(text, today);
  if (hint === undefined || expiryCheck(today)(text) !== undefined) return [];
  return [{ name: `on ${reading.kind === 'date' ? reading.date : text}`, value: text, hint }];
}

const expiryCheck = (today: Today): Check =>
  dateCheck(today, (at) => (at <= today.now ? 'The date is in the past' : undefined));

/** Credits lapse at the start of the day on which they expire, so the year's end is the first day of the next year. */
function yearEnd(today: Today): Choice<string> {
  const last = readDate('eoy', today.now, today.zone);
  if (last.kind !== 'date') return preset('at the end of the year', 'eoy', today);
  const value = dayAfter(last.date);
  const hint = dateText(value, today);
  return {
    name: `at the end of the year  (usable through ${last.date})`,
    value,
    ...(hint === undefined ? {} : { hint }),
  };
}

function preset(name: string, value: string, today: Today): Choice<string> {
  const reading = readDate(value, today.now, today.zone);
  const hint = dateText(value, today);
  return {
    name: `${name}${reading.kind === 'date' ? `  (${reading.date})` : ''}`,
    value,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Asks for a future day on which the grant expires. */
export async function askExpiryDate(
  prompter: Prompter,
  today: Today,
  before: string | undefined,
): Promise<string> {
  const check = expiryCheck(today);
  return askDate(prompter, today, { message: `Expiry date (in ${today.zone})`, check, before });
}

export interface TargetContext {
  readonly purpose: BlockPurpose | undefined;
  /** The block whose expiry changes, if known: an extension must end later. */
  readonly block: CreditBlock | undefined;
  readonly before: string | undefined;
}

export async function askTarget(
  prompter: Prompter,
  today: Today,
  { purpose, block, before }: TargetContext,
): Promise<string> {
  const { zone } = today;
  const end = purpose === 'extend' && block !== undefined ? endOf(block) : undefined;
  const hint = end === undefined ? 'today: expires now' : `after ${dateAt(end, zone)}, or "by 30 days"`;
  const isDate = dateCheck(
    today,
    (at) => (end !== undefined && at <= end ? 'The date is not later than the current expiry' : undefined),
    end === undefined ? targetForms : `"by 30 days" from the current expiry, ${targetForms}`,
  );
  const meant = (answer: string): string => (end === undefined ? answer : laterBy(answer, end, zone));
  const check: Check = (answer) =>
    isDate(meant(answer)) ??
    (/^\d{4}-\d{2}-\d{2}./.test(answer.trim()) ? 'Enter a date without a time' : undefined);
  return askDate(prompter, today, { message: `New expiry date (${hint})`, check, before, meant });
}

const targetForms = '2027-01-31, today, tomorrow, +30d from today, eom, eoq or eoy';

/** Turns "by 30 days" into the date that long after the current expiry, so that the answer stays fixed; else the same text. */
function laterBy(answer: string, end: Instant, zone: string): string {
  const [, count, unit = ''] =
    /^by\s+\+?(\d{1,5})\s*([dwmy]|days?|weeks?|months?|years?)$/i.exec(answer.trim()) ?? [];
  if (count === undefined) return answer;
  const reading = readDate(`+${count}${unit.charAt(0).toLowerCase()}`, end, zone);
  return reading.kind === 'date' ? reading.date : answer;
}

interface DateQuestion {
  readonly message: string;
  readonly check: Check;
  readonly before: string | undefined;
  /** The date that an answer stands for. */
  readonly meant?: (answer: string) => string;
}

async function askDate(
  prompter: Prompter,
  today: Today,
  { message, check, before, meant = (answer) => answer }: DateQuestion,
): Promise<string> {
  const explain = (answer: string): string | undefined => dateText(meant(answer), today);
  const initial = before === undefined ? {} : { initial: before };
  return meant(await prompter.text({ message, ...initial, check, explain })).trim();
}

/** `2027-01-31, Sunday, in 69 days, 00:00 in Europe/London`; nothing for a text that is not a date. */
function dateText(answer: string, { now, zone }: Today): string | undefined {
  const reading = readDate(answer, now, zone);
  if (reading.kind === 'problem') return undefined;
  const at = reading.kind === 'date' ? startOfDay(reading.date, zone) : reading.at;
  const day = dateAt(at, zone);
  return `${day}, ${weekdayOf(day)}, ${farText(day, at, { now, zone })}, ${zonedText(at, zone).slice(11, 16)} in ${zone}`;
}

const farText = (day: CalendarDate, at: Instant, { now, zone }: Today): string =>
  day === dateAt(now, zone) ? 'today' : distanceIn(zone, at, now);

function dateCheck(
  { now, zone }: Today,
  further: (at: Instant) => string | undefined,
  forms = formsAhead,
): Check {
  return (answer) => {
    if (answer.trim() === '') return `Enter a date, such as ${forms}`;
    const reading = withForms(readDate(answer, now, zone), forms);
    if (reading.kind === 'problem') return `This ${reading.problem}`;
    return further(reading.kind === 'date' ? startOfDay(reading.date, zone) : reading.at);
  };
}
