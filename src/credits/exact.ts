// Computes with amounts as exact decimals, and with instants as whole milliseconds; never in binary floating point.
import Big from 'big.js';

/** An exact decimal in canonical text: an optional minus, no exponent, no leading or trailing zeros (`0.3`, `-12`, `1000`). */
export type Amount = string & { readonly __amount: unique symbol };

/** A typed text read as an amount, or the problem as a sentence fragment. */
export type AmountReading = { readonly amount: Amount } | { readonly problem: string };

export const zero = '0' as Amount;

/** Decimals of a quotient: the smallest amount keeps 18 significant digits, even divided by the days of a hundred years. */
Big.DP = 48;

/** The most significant digits an amount may be typed with. */
const significantDigitsMax = 18;

/** A decimal, also with a negative exponent, as programs write small numbers (`1e-07`). */
const plainDecimal = /^\d+(\.\d+)?([eE]-\d{1,3})?$/;
/** The most characters of an amount, leading and trailing zeros included. */
const lengthMax = 100;
/** Most amounts are canonical text already, and skip the arithmetic. */
const isCanonical = /^(?:0|-?[1-9]\d*(?:\.\d*[1-9])?|-?0\.\d*[1-9])$/;
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,4})?$/;

/**
 * Reads an amount as a person types it, a cell holds it or JSON writes it: digits with an optional decimal point.
 * `1e-07` is exactly 0.0000001. `1.23E+11` is refused, because a spreadsheet writes it for a number that it rounded.
 * Signs, separators and more than 18 significant digits are refused, too; each problem says the way out.
 */
export function readAmount(text: string): AmountReading {
  const typed = text.trim();
  if (typed === '') return { problem: 'is empty; write a decimal number such as 100 or 0.25' };
  if (typed.length > lengthMax && /^\d+(\.\d+)?$/.test(typed)) return tooManyDigits(typed);
  if (plainDecimal.test(typed))
    return withinDigits(isCanonical.test(typed) ? (typed as Amount) : canonical(new Big(typed)));
  if (/^-/.test(typed))
    return { problem: `must not be negative: ${quoted(typed)}; write it without the sign` };
  if (/^\d[\d.]*[eE][+-]?\d/.test(typed))
    return { problem: `must be written out without an exponent: ${quoted(typed)}` };
  return {
    problem: separatorProblem(typed) ?? `is not a decimal number: ${quoted(typed)}; write ${plain(typed)}`,
  };
}

/** A number with grouped thousands: `1,500.25`, `1.500,25`, `1 500`. A spreadsheet writes non-breaking spaces. */
const groupedNumber = /^([1-9]\d{0,2}(?:([,._'’ \u00a0\u202f])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?$/;

function separatorProblem(typed: string): string | undefined {
  const [, whole, , decimals] = groupedNumber.exec(typed) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole.replace(/\D/g, '') + (decimals === undefined ? '' : `.${decimals}`);
  // A single comma groups thousands in one country, and is the decimal point in another.
  const other = oneComma.test(typed) ? `, or ${withPoint(typed)} if the comma is a decimal point` : '';
  return `must not have separators: ${quoted(typed)}; write ${digits}${other}`;
}

const oneComma = /^\d+,\d+$/;
const withPoint = (typed: string): string => typed.replace(',', '.');

/** The number in a text with a decimal comma or a currency, in our form; two samples for any other text. */
function plain(typed: string): string {
  const number = oneComma.test(typed) ? typed : besideCurrency.exec(typed)?.[1];
  return number === undefined || typed.length > lengthMax ? 'one such as 100 or 0.25' : withPoint(number);
}

/** A number beside a currency. Three decimals do not match, because they may be thousands; nor does `5k`, which is not 5. */
const besideCurrency =
  /^(?:(?:\p{Sc}|usd|eur|gbp)\s*)?(\d+(?:[.,]\d{1,2})?)(?:\s*(?:\p{Sc}|usd|eur|gbp|credits?))?$/iu;

function withinDigits(amount: Amount): AmountReading {
  const [whole = '', fraction = ''] = amount.split('.');
  const significant = `${whole}${fraction}`.replace(/^0+/, '');
  return significant.length > significantDigitsMax || fraction.length > significantDigitsMax
    ? tooManyDigits(amount)
    : { amount };
}

const tooManyDigits = (text: string): AmountReading => ({
  problem: `has too many digits: ${quoted(text)}; at most ${significantDigitsMax} significant digits are kept exactly`,
});

/** Reads an amount that may be negative, such as a balance. */
export function readSignedAmount(text: string): AmountReading {
  const typed = text.trim();
  if (!/^-\d/.test(typed)) return readAmount(typed);
  const reading = readAmount(typed.slice(1));
  return 'problem' in reading ? reading : { amount: negate(reading.amount) };
}

const quoted = (text: string): string => `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;

/** The amount of a JSON number or decimal string; `undefined` if the text is not a JSON number. */
export function amountFromText(text: string): Amount | undefined {
  if (isCanonical.test(text)) return text as Amount;
  return jsonNumber.test(text) ? canonical(new Big(text)) : undefined;
}

/** An amount written in source code or already known to be a number. Throws a RangeError on anything else. */
export function amount(text: string): Amount {
  const known = amountFromText(text);
  if (known === undefined) throw new RangeError(`not a decimal number: ${text}`);
  return known;
}

function canonical(value: Big): Amount {
  return (value.eq(0) ? '0' : value.toFixed()) as Amount;
}

export const add = (a: Amount, b: Amount): Amount => canonical(new Big(a).plus(b));
export const subtract = (a: Amount, b: Amount): Amount => canonical(new Big(a).minus(b));
export const multiply = (a: Amount, b: Amount): Amount => canonical(new Big(a).times(b));
/** Divides an amount, rounded to 18 significant digits. @param parts a whole number above zero */
export const divide = (a: Amount, parts: number): Amount =>
  canonical(new Big(a).div(parts).prec(significantDigitsMax));
/** Rounds to a number of decimals, half away from zero. */
export const rounded = (a: Amount, decimals: number): Amount =>
  canonical(new Big(a).round(decimals, Big.roundHalfUp));
/** Writes an amount of money with a fixed number of decimals: `8.00`. */
export const fixed = (a: Amount, decimals: number): string => new Big(a).toFixed(decimals, Big.roundHalfUp);
export const negate = (a: Amount): Amount => canonical(new Big(a).neg());
export const sum = (amounts: Iterable<Amount>): Amount => {
  let total = new Big(0);
  for (const each of amounts) total = total.plus(each);
  return canonical(total);
};

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export const compare = (a: Amount, b: Amount): -1 | 0 | 1 => new Big(a).cmp(b);

/** Whether two amounts agree to 15 significant digits, as many as an API keeps that computes in binary floating point. */
export function agreeTo15Digits(a: Amount, asked: Amount): boolean {
  if (a === asked) return true;
  const wanted = new Big(asked);
  return new Big(a)
    .minus(wanted)
    .abs()
    .times(2)
    .lte(`1e${wanted.e - 14}`);
}

/** Whether a text that a person typed is this amount, however it is written. */
export function isTyped(typed: string, amount: Amount): boolean {
  const reading = readAmount(typed);
  return 'amount' in reading && compare(reading.amount, amount) === 0;
}

export const isZero = (a: Amount): boolean => a === '0';
export const isNegative = (a: Amount): boolean => a.startsWith('-');
export const isPositive = (a: Amount): boolean => !isZero(a) && !isNegative(a);
export const smaller = (a: Amount, b: Amount): Amount => (compare(a, b) <= 0 ? a : b);
export const larger = (a: Amount, b: Amount): Amount => (compare(a, b) >= 0 ? a : b);

/** The digits before the point in groups of three, as a person reads them: `12,500.25`. */
export function groupedDigits(amount: string): string {
  const [whole = '', ...fraction] = amount.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}

/** `4,212` */
export const grouped = (count: number): string => groupedDigits(String(count));

/** `1 row`, `4,212 rows` */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `1 row is`, `4,212 rows are` */
export const countedIs = (count: number, noun: string): string =>
  `${counted(count, noun)} ${count === 1 ? 'is' : 'are'}`;

/** Milliseconds since 1970-01-01T00:00:00Z; an integer, so arithmetic on it is exact. */
export type Instant = number;

/** An instant without its fraction of a second. */
export const wholeSeconds = (at: Instant): Instant => Math.floor(at / 1000) * 1000;

/** Adds months to an instant in UTC; in a month that is too short, its last day. @param months negative for an earlier month */
export function monthsLater(at: Instant, months: number): Instant {
  const date = new Date(at);
  const month = date.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return date.setUTCMonth(month, Math.min(date.getUTCDate(), lastDay));
}

const rfc3339 =
  /^(?!0000)(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Days 1 to 28 are in every month, so these instants need no calendar check; a ledger has millions of instants. */
const onAnyMonthsDay =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\+00:00|Z)$/;

/** An offset can move an instant into a year that the API's text form cannot hold. */
const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads an RFC 3339 instant (with `Z` or an offset). `undefined` if it is malformed, names a day or hour that does not
 * exist, or lies outside the years 1 to 9999 in UTC.
 */
export function parseInstant(text: string): Instant | undefined {
  if (onAnyMonthsDay.test(text)) return Date.parse(text);
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number) as number[];
  if (!isCalendarDay(year ?? 0, month ?? 0, day ?? 0)) return undefined;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second || 0) > 59) return undefined;
  const at = Date.parse(text.replace(' ', 'T').toUpperCase());
  return at >= earliest && at <= latest ? at : undefined;
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Reads the instant of a field; `undefined` for a missing or invalid time. */
export const timeOf = (field: unknown): Instant | undefined =>
  typeof field === 'string' ? parseInstant(field) : undefined;

/** The API's text form: seconds, `+00:00` and not `Z` (Orb docs: API reference). */
export function formatInstant(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}

/** An instant in UTC, for a person to read: `2027-01-31 08:00Z`. A text that is not a time is returned as it is. */
export function minuteText(text: string): string {
  const at = parseInstant(text);
  return at === undefined ? text : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

const hour = 3_600_000;
const day = 24 * hour;

/** `in 12 days`, `3 days ago`; units are rounded down, so that "in 1 day" is never less than a day. */
export function distance(at: Instant, now: Instant): string {
  const far = Math.abs(at - now);
  const length = far >= day ? whole(far / day, 'day') : far >= hour ? whole(far / hour, 'hour') : shortly;
  return at > now ? `in ${length}` : `${length} ago`;
}

const shortly = 'under an hour';

const whole = (units: number, unit: string): string => counted(Math.floor(units), unit);
