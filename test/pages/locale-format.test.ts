import { expect, test } from 'vitest';
import type { CalendarDate } from '../../src/credits/calendar.ts';
import { amount } from '../../src/credits/exact.ts';
import { localeFormat, localeProblem } from '../../src/pages/locale-format.ts';

const day = '2026-12-31' as CalendarDate;
const formats = (tag: string, ...amounts: string[]) => localeFormat(tag, amounts.map(amount));
const shown = (tag: string, text: string): string => String(formats(tag, text).amountText(amount(text)));

test.each([
  ['en-GB', '1,234,567.25', '31 December 2026', '31 Dec'],
  ['en-US', '1,234,567.25', 'December 31, 2026', 'Dec 31'],
  ['en-IN', '12,34,567.25', '31 December 2026', '31 Dec'],
  ['de-DE', '1.234.567,25', '31. Dezember 2026', '31. Dez.'],
  ['ja-JP', '1,234,567.25', '2026年12月31日', '12月31日'],
  ['ar-EG', '١٬٢٣٤٬٥٦٧٫٢٥', '٣١ ديسمبر ٢٠٢٦', '٣١ ديسمبر'],
])('%s writes amounts and days in its own way', (tag, figure, long, short) => {
  const format = formats(tag, '1234567.25');
  expect(String(format.amountText(amount('1234567.25')))).toBe(figure);
  expect(String(format.dayText(day))).toBe(long);
  expect(String(format.shortDayText(day))).toBe(short);
});

test.each([
  ['123456789012345678901234', '123,456,789,012,345,678,901,234'],
  ['0.1234567890123456789012345', '0.1234567890123456789012345'],
  ['-0.00000000000000000000000000001', '-0.00000000000000000000000000001'],
  ['9007199254740993.01', '9,007,199,254,740,993.01'],
])('every digit of %s is there', (text, figure) => {
  expect(shown('en-GB', text)).toBe(figure);
});

test('digits beyond the formatter of the locale are written in its digits', () => {
  expect(shown('ar-EG', '0.000000000000000000000012')).toBe('٠٫٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠١٢');
});

test('where one has decimals, all get those of the longest, from two to six', () => {
  expect(String(formats('en-GB', '1', '20').amountText(amount('1')))).toBe('1');
  expect(String(formats('en-GB', '1', '0.125').amountText(amount('0.5')))).toBe('0.500');
  expect(String(formats('en-GB', '1', '0.2').amountText(amount('1')))).toBe('1.00');
  expect(String(formats('en-GB', '0.123456789').amountText(amount('1')))).toBe('1.000000');
});

test('a change has its sign, and none has none', () => {
  const format = formats('en-GB', '0.5');
  const changes = ['0.5', '-12', '-0.5', '0'].map((text) => String(format.change(amount(text))));
  expect(changes).toEqual(['+0.50', '-12.00', '-0.50', '0.00']);
});

test('what another language writes is marked as such, and keeps its direction', () => {
  expect(String(formats('de-DE').amount(amount('5')))).toBe('<bdi lang="de-DE" dir="ltr">5</bdi>');
  expect(String(formats('en-US').amount(amount('5')))).toBe('5');
  const directions = ['ar', 'he', 'fa-IR', 'ks-Deva'].map((tag) => formats(tag).direction);
  expect(directions).toEqual(['rtl', 'rtl', 'rtl', 'ltr']);
});

test('a month is one of the Gregorian calendar in every locale', () => {
  expect(String(formats('th-TH').dayText(day))).toContain('2026');
  expect(String(formats('fa-IR').dayText(day))).toContain('۲۰۲۶');
  expect(String(formats('en-GB').month('2026-10'))).toBe('<time datetime="2026-10">October 2026</time>');
});

test('a locale that is not known has its problem', () => {
  for (const known of ['en-GB', 'de', 'zh-Hant-TW', 'en-GB-u-nu-arab'])
    expect(localeProblem(known)).toBeUndefined();
  for (const unknown of ['', 'xx-YY', 'english', 'de_DE', 'en-GB"><script>', 'C'])
    expect(localeProblem(unknown), unknown).toContain(`"${unknown}"`);
});

test('a number beside an axis is short', () => {
  const ticks = (tag: string) =>
    [0.25, -2500, 80_000, 2_500_000].map((value) => String(formats(tag).tick(value)));
  expect(ticks('en-US')).toEqual(['0.25', '-2,500', '80,000', '2.5M']);
  expect(ticks('de-DE').slice(0, 3)).toEqual(['0,25', '-2.500', '80.000']);
});
