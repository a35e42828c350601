// "When does it expire?": presets and dates in the customer's zone, each told as the day it means.
import type { CreditBlock } from '../credits/block.ts';
import {
  type CalendarDate,
  dateAt,
  readDate,
  startOfDay,
  weekdayOf,
  zonedText,
} from '../credits/calendar.ts';
import { distance, type Instant } from '../credits/instant.ts';
import { type BlockPurpose, endOf } from '../requests/block-purpose.ts';
import { neverExpires } from '../requests/entry-draft.ts';
import type { Check, Choice, Prompter } from './prompter.ts';

/** Today, and where it is today. */
export interface Today {
  readonly now: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
}

/** The choice of an expiry that is still to be typed. */
export const anotherDate = 'another date';

export interface ExpiryPresets extends Today {
  /** The expiry that grants get unasked, as `--expires` takes it. */
  readonly usual: string | undefined;
  /** What was chosen earlier, where the person has come back. */
  readonly before: string | undefined;
}

/** One of the presets, as the text that `--expires` takes: nothing for never, or `anotherDate`. */
export function askExpiry(prompter: Prompter, { usual, before, ...today }: ExpiryPresets): Promise<string> {
  const presets: readonly Choice<string>[] = [
    preset('in 30 days', '+30d', today),
    preset('in 90 days', '+90d', today),
    preset('in a year', '+1y', today),
    preset('at the start of the last day of the year', 'eoy', today),
    // Where credits expire unasked, that they never shall has to be said.
    { name: 'never', value: usual === undefined ? '' : neverExpires },
    { name: 'on another date', value: anotherDate },
  ];
  const isExtra = usual !== undefined && !presets.some(({ value }) => value === usual);
  const choices = isExtra ? [preset('as usual', usual, today), ...presets] : presets;
  const initial = [before, usual].find((value) => choices.some((choice) => choice.value === value));
  return prompter.choose({ message: 'Expires', choices, initial });
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

/** A day to come on which a grant shall lapse. */
export async function askExpiryDate(
  prompter: Prompter,
  today: Today,
  before: string | undefined,
): Promise<string> {
  const check = dateCheck(today, (at) => (at <= today.now ? 'That is in the past' : undefined));
  return askDate(prompter, today, { message: `Date (${today.zone})`, check, before });
}

export interface TargetContext {
  readonly purpose: BlockPurpose | undefined;
  /** Whose expiry is to change, where it is known: an extension must end later. */
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
  const hint = end === undefined ? 'today ends the block now' : `later than ${dateAt(end, zone)}`;
  const isDate = dateCheck(today, (at) =>
    end !== undefined && at <= end ? 'That is not later than the block expires already' : undefined,
  );
  const check: Check = (answer) =>
    isDate(answer) ??
    (/^\d{4}-\d{2}-\d{2}./.test(answer.trim()) ? 'That has a time; write the date alone' : undefined);
  return askDate(prompter, today, { message: `New expiry date (${hint})`, check, before });
}

interface DateQuestion {
  readonly message: string;
  readonly check: Check;
  readonly before: string | undefined;
}

async function askDate(
  prompter: Prompter,
  today: Today,
  { message, check, before }: DateQuestion,
): Promise<string> {
  const explain = (answer: string): string | undefined => dateText(answer, today);
  const initial = before === undefined ? {} : { initial: before };
  return (await prompter.text({ message, ...initial, check, explain })).trim();
}

/** `2027-01-31, a Sunday, in 69 days, 00:00 in Europe/London`; nothing for what is no date. */
export function dateText(answer: string, { now, zone }: Today): string | undefined {
  const reading = readDate(answer, now, zone);
  if (reading.kind === 'problem') return undefined;
  const at = reading.kind === 'date' ? startOfDay(reading.date, zone) : reading.at;
  const day = dateAt(at, zone);
  return `${day}, a ${weekdayOf(day)}, ${farText(day, at, { now, zone })}, ${zonedText(at, zone).slice(11, 16)} in ${zone}`;
}

const farText = (day: CalendarDate, at: Instant, { now, zone }: Today): string =>
  day === dateAt(now, zone) ? 'today' : distance(at, now);

function dateCheck({ now, zone }: Today, further?: (at: Instant) => string | undefined): Check {
  return (answer) => {
    const reading = readDate(answer, now, zone);
    if (reading.kind === 'problem') return `That ${reading.problem}`;
    return further?.(reading.kind === 'date' ? startOfDay(reading.date, zone) : reading.at);
  };
}
