// Formats amounts and days for the readers of one locale, with every digit.

import type { CalendarDate } from '../credits/calendar.ts';
import { type Amount, isZero } from '../credits/exact.ts';
import { type Markup, markup, ownText } from './markup.ts';

export type LocaleFormat = ReturnType<typeof localeFormat>;

export const defaultLocale = 'en-GB';

/** The problem with the name of a locale, as the rest of a sentence; `undefined` if this Node knows it. */
export function localeProblem(tag: string): string | undefined {
  try {
    if (Intl.NumberFormat.supportedLocalesOf([tag]).length === 1) return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return `is not a locale that this Node knows: "${tag}"; write one such as en-US, de-DE or ja-JP`;
}

/** The value from which a number beside an axis is shortened. */
const shortFrom = 100_000;

const rightToLeft = new Set(['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']);

/**
 * @param tag a locale without a `localeProblem`
 * @param amounts all amounts on the page: if one has decimals, all get two or as many as the longest of them
 */
export function localeFormat(tag: string, amounts: Iterable<Amount>) {
  const decimals = decimalsTogether(amounts);
  const { language, script = '' } = new Intl.Locale(tag).maximize();
  const formatted = amountFormat(tag, decimals);
  // The page is in English, so only text that another locale writes is marked as another language.
  const direction: 'rtl' | 'ltr' = rightToLeft.has(script) ? 'rtl' : 'ltr';
  const inLocale = (text: string): Markup =>
    language === 'en' ? ownText(text) : markup`<bdi lang="${tag}" dir="${direction}">${ownText(text)}</bdi>`;
  // A statement is for a month of the Gregorian calendar, whatever calendar the locale uses.
  const days = (style: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(tag, { ...style, calendar: 'gregory', timeZone: 'UTC' });
    return (day: string): string => format.format(Date.parse(`${day}T00:00:00Z`));
  };
  const long = days({ day: 'numeric', month: 'long', year: 'numeric' });
  const medium = days({ day: 'numeric', month: 'short', year: 'numeric' });
  const short = days({ day: 'numeric', month: 'short' });
  const plainTicks = new Intl.NumberFormat(tag, { maximumSignificantDigits: 6 });
  const shortTicks = new Intl.NumberFormat(tag, { maximumSignificantDigits: 6, notation: 'compact' });
  const month = days({ month: 'long', year: 'numeric' });
  return {
    /** The direction of the page. */
    direction,
    amount: (amount: Amount) => inLocale(formatted(amount, 'auto')),
    /** With its sign: `+50`, `-12.5`, `0`. */
    change: (amount: Amount) => inLocale(formatted(amount, 'exceptZero')),
    /** `31 December 2026`, marked as a date for programs. */
    day: (day: CalendarDate) => markup`<time datetime="${day}">${inLocale(long(day))}</time>`,
    /** `31 Dec 2026`, marked as a date for programs: for a column of days in any year. */
    tableDay: (day: CalendarDate) => markup`<time datetime="${day}">${inLocale(medium(day))}</time>`,
    /** An amount without markup, for places that take none; the next two are days without markup. */
    amountText: (amount: Amount) => ownText(formatted(amount, 'auto')),
    dayText: (day: CalendarDate) => ownText(long(day)),
    shortDayText: (day: CalendarDate) => ownText(short(day)),
    /** `31 Dec`, marked as a date for programs: for a day whose year is clear. */
    shortDay: (day: CalendarDate) => markup`<time datetime="${day}">${inLocale(short(day))}</time>`,
    /** `October 2026`. @param name as `2026-10` */
    month: (name: string) => markup`<time datetime="${name}">${inLocale(month(`${name}-01`))}</time>`,
    /** `1,500` or `2.5M`: a round number beside an axis, where there is little room. */
    tick: (value: number) => ownText((Math.abs(value) < shortFrom ? plainTicks : shortTicks).format(value)),
  };
}

/** Amounts are padded to at most this many decimals; a longer amount keeps its own. */
const decimalsMost = 6;

function decimalsTogether(amounts: Iterable<Amount>): number {
  let longest = 0;
  for (const amount of amounts) longest = Math.max(longest, amount.split('.')[1]?.length ?? 0);
  return longest === 0 ? 0 : Math.min(Math.max(longest, 2), decimalsMost);
}

type Sign = 'auto' | 'exceptZero';

/** The type of `Intl` for decimal text such as an amount. */
type Decimal = Intl.StringNumericLiteral;

/**
 * Formats decimal text with all of its digits. Node 20 writes 20 decimals at most, so its formatter gets one decimal as a
 * placeholder, and the true decimals replace it.
 */
function amountFormat(tag: string, decimals: number): (amount: Amount, signDisplay: Sign) => string {
  const formats = {
    auto: new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }),
    exceptZero: new Intl.NumberFormat(tag, { maximumFractionDigits: 1, signDisplay: 'exceptZero' }),
  };
  const digit = new Intl.NumberFormat(tag, { useGrouping: false });
  const digits = Array.from({ length: 10 }, (_, value) => digit.format(value));
  return (amount, signDisplay) => {
    const [whole = '', fraction = ''] = amount.split('.');
    const shown = fraction.padEnd(decimals, '0');
    const inDigits = [...shown].map((each) => digits[Number(each)]).join('');
    // Zero has no sign, but the formatter would add one, because with the placeholder the number is not zero.
    const format = formats[isZero(amount) ? 'auto' : signDisplay];
    return format
      .formatToParts((shown === '' ? whole : `${whole}.1`) as Decimal)
      .map(({ type, value }) => (type === 'fraction' ? inDigits : value))
      .join('');
  };
}
