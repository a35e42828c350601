import { expect, test } from 'vitest';
import { type CalendarDate, daysAfter } from '../../src/credits/calendar.ts';
import { amount } from '../../src/credits/exact.ts';
import { balancePlot } from '../../src/pages/balance-plot.ts';
import { localeFormat } from '../../src/pages/locale-format.ts';

const first = '2026-10-01' as CalendarDate;

function plot(opening: string, balances: readonly string[], length = balances.length): string {
  const day = (text: string, at: number) => ({ day: daysAfter(first, at), balance: amount(text) });
  const last = day(balances.at(-1) ?? '', balances.length - 1);
  const days = [...balances.slice(0, -1).map(day), last] as const;
  const format = localeFormat('en-GB', []);
  return String(balancePlot({ days, length, opening: amount(opening) }, format));
}

const lineOf = (svg: string): string => /class="line" d="([^"]*)"/.exec(svg)?.[1] ?? '';

test('each day is a step of its width, from the opening balance on', () => {
  // 180 units are the height; the axis goes from 0 to 100.
  expect(lineOf(plot('100', ['50', '50', '75', '0']))).toBe('M0,0H0V90H500V45H750V180H1000');
});

test('days that are to come have room and no line', () => {
  expect(lineOf(plot('100', ['50'], 4))).toBe('M0,0H0V90H250');
});

test('a balance below zero hangs below the line of zero', () => {
  const svg = plot('100', ['-100']);
  expect(lineOf(svg)).toBe('M0,0H0V180H1000');
  expect(/class="area" d="([^"]*)"/.exec(svg)?.[1]).toContain('V90H0Z');
});

test('a ledger that was always empty has a line, too', () => {
  expect(lineOf(plot('0', ['0', '0']))).toBe('M0,180H1000');
});

test('the axes have round values and days', () => {
  const svg = plot('400', ['300', ...Array.from({ length: 30 }, () => '10')]);
  const labels = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, label]) => label);
  expect(labels).toEqual(['0', '100', '200', '300', '400', '4 Oct', '11 Oct', '18 Oct', '25 Oct']);
});

test('the picture says in words where the balance began, ended and was lowest and highest', () => {
  const svg = plot('5', ['7', '2', '4']);
  expect(svg).toContain(
    'begins at 5 and is 4 at the end of 3 October 2026. Lowest: 2 at the end of 2 October 2026. Highest: 7 at the end of 1 October 2026.',
  );
  const named = /aria-labelledby="([^"]*)"/.exec(svg)?.[1]?.split(' ') ?? [];
  expect(named).toHaveLength(2);
  for (const id of named) expect(svg).toContain(`id="${id}"`);
});
