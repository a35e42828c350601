import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type CalendarDate, daysAfter } from '../../src/credits/calendar.ts';
import { amount } from '../../src/credits/exact.ts';
import { localeFormat } from '../../src/pages/locale-format.ts';
import { balancePlot, statementPage } from '../../src/pages/statement-page.ts';
import type { Statement } from '../../src/reports/statement.ts';
import { block, movements, now, statement, upTo } from './sample.ts';

const page = (some: Partial<Statement> = {}, locale = 'en-GB'): string =>
  statementPage(statement(some), { locale, now, upTo });

/** The text of the cells of each row of the tables with this caption. */
function tableOf(html: string, caption: string): string[][] {
  const table = html.split('<table').find((each) => each.includes(`>${caption}`)) ?? '';
  const rows = (table.split('</table>')[0] ?? '').split('<tr').slice(1);
  return rows.map((row) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '')),
  );
}

test('a small statement, as a page', async () => {
  const body = page().split('</head>\n')[1] ?? '';
  await expect(body).toMatchFileSnapshot('statement-page.golden.html');
});

test('the summary and the movements lead from the opening to the closing balance', () => {
  const html = page();
  expect(tableOf(html, 'How the balance changed')).toEqual([
    ['Opening balance', '100.00'],
    ['Granted', '+50.00'],
    ['Used', '-12.50'],
    ['Closing balance', '137.50'],
  ]);
  expect(tableOf(html, 'Movements')).toEqual([
    ['Day', 'What', 'Change', 'Balance'],
    ['', 'Opening balance', '', '100.00'],
    ['5 Oct', 'Granted', '+50.00', '150.00'],
    ['9 Oct', 'Used', '-12.50', '137.50'],
    ['', 'Closing balance', '', '137.50'],
  ]);
});

test('a sum that takes has a minus, and what is given back has a plus', () => {
  const sums = { used: '1', expired: '2', voided: '3', amended: '4', other: '-5', granted: '0' };
  const amounts = Object.fromEntries(Object.entries(sums).map(([name, text]) => [name, amount(text)]));
  const html = page({ sums: { ...statement().sums, ...amounts }, opening: amount('100') });
  expect(tableOf(html, 'How the balance changed').slice(1, -1)).toEqual([
    ['Given back', '+4.00'],
    ['Used', '-1.00'],
    ['Expired', '-2.00'],
    ['Voided', '-3.00'],
    ['Other changes', '-5.00'],
  ]);
});

test('a block says from when to when it is usable, and how much is left', () => {
  const blocks = [
    block({ id: 'b1' }),
    block({ id: 'b2', expiry_date: null, effective_date: null, balance: amount('-2.25') }),
    block({ id: 'b3', status: 'pending_payment' }),
  ];
  expect(tableOf(page({ blocks }), 'Blocks of credits, as of').slice(1)).toEqual([
    ['b1', '5 Oct 2026', '1 Jan 2027', '100.00'],
    ['b2', 'any time', 'never', '-2.25'],
    ['b3', 'after payment', '1 Jan 2027', '100.00'],
  ]);
});

test('why a movement happened stands beside it, with its new expiry and whether it may still change', () => {
  const changes = {
    entry_type: 'expiration_change',
    new_block_expiry_date: '2026-12-31T08:00:00+00:00',
    description: 'Longer trial',
    entry_status: 'pending',
  };
  const html = page({ movements: movements('5', [['05', '0', changes]]) });
  expect(tableOf(html, 'Movements')[2]?.[1]).toBe(
    'Expiry changed to 31 December 2026: Longer trial (pending)',
  );
});

test('figures that are not final say so', () => {
  const sums = statement().sums;
  expect(page()).not.toMatch(/not over|pending/);
  expect(page({ isOver: false, sums: { ...sums, pending: 2 } })).toMatch(
    /October 2026<\/time> is not over: this statement goes up to .*27 November 2026[\s\S]*2 movements are pending/,
  );
  expect(page({ sums: { ...sums, pending: 1 } })).toContain('1 movement is pending');
});

test('ids are unique in the page', () => {
  const ids = [...page().matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(3);
  expect(new Set(ids).size).toBe(ids.length);
});

test('text from the ledger stays text, wherever it stands', () => {
  const evil = '</style></title><script>alert(1)</script>" onload="x\u202e';
  const html = page({
    customer: evil,
    customerName: evil,
    currency: evil,
    zone: evil,
    movements: movements('0', [['05', '1', { description: evil, entry_type: evil }]]),
    blocks: [block({ id: evil, status: evil })],
  });
  expect(html).not.toMatch(/<script|" onload="|\u202e/);
  expect(html.match(/<\/style>/g)).toHaveLength(1);
  expect(html.split('&lt;script&gt;').length - 1).toBeGreaterThanOrEqual(6);
});

test('the page allows a browser nothing but its own style sheet', () => {
  const html = page();
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  expect(policy.replaceAll('&#39;', "'").split('; ')).toEqual([
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(html).not.toMatch(/ style=| href=| src=|url\(|@import|https?:/);
});

test('a locale writes the figures and days, and gives the page its direction', () => {
  const german = page({}, 'de-DE');
  expect(tableOf(german, 'Movements')[2]).toEqual(['5. Okt.', 'Granted', '+50,00', '150,00']);
  expect(german).toContain('<html lang="en" dir="ltr">');
  expect(page({}, 'ar')).toContain('<html lang="en" dir="rtl">');
});

test('a month in which there was nothing has no plot, and says so', () => {
  const html = page({ opening: amount('0'), movements: [], blocks: [] });
  expect(html).not.toContain('<svg');
  expect(html).toMatch(/Nothing changed in this month[\s\S]*There are no blocks/);
  expect(page({ opening: amount('1'), movements: [] })).toContain('<svg');
});

test('a customer without a name has the id as heading', () => {
  expect(page({ customerName: ' ' })).toContain('<h1 dir="auto">acme</h1>');
});

test('2,000 movements make a page of less than 2 MB', () => {
  const moves = Array.from({ length: 2000 }, (_, at) => {
    const day = String(1 + Math.floor(at / 70)).padStart(2, '0');
    return [day, '-0.123456789012', { description: 'Usage of the API, region Frankfurt' }] as const;
  });
  const html = page({ movements: movements('123456789', moves) }, 'ar-EG');
  expect(tableOf(html, 'Movements')).toHaveLength(2003);
  expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
});

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
