import { expect, test } from 'vitest';
import { balanceChart, chartEnd } from '../../../src/commands/report/balance-chart.ts';
import { type CalendarDate, daysAfter } from '../../../src/credits/calendar.ts';
import { amount } from '../../../src/credits/exact.ts';

const first = '2026-01-15' as CalendarDate;
const on = (days: number): CalendarDate => daysAfter(first, days);
const point = (days: number, balance: number) => ({ day: on(days), balance: amount(String(balance)) });

/** Falls for twenty days with a grant in between, then loses a block that expires, and runs out. */
const falling = {
  history: Array.from({ length: 20 }, (_, index) => point(index, 1000 - index * 40 + (index < 10 ? 0 : 500))),
  projected: [point(19, 740), point(29, 340), point(29, 240), point(35, 0), point(4000, 0)],
  last: on(40),
};

const chart = (given: Parameters<typeof balanceChart>[0], width: number, ascii: boolean) =>
  balanceChart(given, { width, ascii, paint: (_, text) => text });

test('60 cells in ASCII', () => {
  expect(`\n${chart(falling, 60, true)}`).toMatchInlineSnapshot(`
    "
    1,200 +
          |
    1,000 +             ##__
          |##__         ######_
      800 +######_      ########___
          |########___  ############_
      600 +############_#############:...
          |##########################:::::..
      400 +##########################::::::::..
          |##########################:::::::::::.
      200 +##########################::::::::::::.
          |##########################::::::::::::::...
        0 +##########################::::::::::::::::::..
          +----+-----------------+-----------------+------------
           2026-01-18       2026-02-01        2026-02-15
    "
  `);
});

test('80 cells in Unicode', () => {
  expect(`\n${chart(falling, 80, false)}`).toMatchInlineSnapshot(`
    "
    1,200 ┤
          │
    1,000 ┤                  ██▅▅▂▂
          │██▅▅▂▂            ██████▆▆▃
      800 ┤██████▆▆▃         ███████████▅▅▂▂
          │███████████▅▅▂▂   ███████████████▆▆▃
      600 ┤███████████████▆▆▃██████████████████░░░░░
          │████████████████████████████████████░░░░░░░░░
      400 ┤████████████████████████████████████░░░░░░░░░░░░░░
          │████████████████████████████████████░░░░░░░░░░░░░░░░░
      200 ┤████████████████████████████████████░░░░░░░░░░░░░░░░░░
          │████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░
        0 ┤████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░
          └─────┴────────────┴────────────┴───────────┴────────────┴───────────┴────
           2026-01-18   2026-01-25   2026-02-01  2026-02-08   2026-02-15  2026-02-22
    "
  `);
});

test('100 cells in ASCII', () => {
  expect(`\n${chart(falling, 100, true)}`).toMatchInlineSnapshot(`
    "
    1,200 +
          |
    1,000 +                       ###____
          |###____                ##########__
      800 +##########__           ##############_____
          |##############_____    #####################__
      600 +#####################__#######################::....
          |##############################################::::::::....
      400 +##############################################:::::::::::::.....
          |##############################################:::::::::::::::::::..
      200 +##############################################:::::::::::::::::::::..
          |##############################################:::::::::::::::::::::::::....
        0 +##############################################:::::::::::::::::::::::::::::::....
          +-------+---------------+---------------+---------------+---------------+---------------+-----
             2026-01-18      2026-01-25      2026-02-01      2026-02-08      2026-02-15      2026-02-22
    "
  `);
});

test('a debt hangs below zero, and one day alone has a picture', () => {
  const debt = { history: [point(0, 20), point(1, -10)], projected: [point(1, -10)], last: on(4) };
  expect(`\n${chart(debt, 40, true)}`).toMatchInlineSnapshot(`
    "
     20 +
        |#########
        |#########
     10 +#########
        |#########
        |#########
      0 +#########
        |         ########::::::::::::::::::
        |         ########::::::::::::::::::
    -10 +         ########::::::::::::::::::
        ++----------------+----------------+
         2026-01-15  2026-01-17   2026-01-19
    "
  `);
});

test('no line is wider than the terminal, and what is there is seen, however little', () => {
  const little = { history: [point(0, 1), point(1, 100_000)], projected: [point(1, 100_000)], last: on(3) };
  for (const width of [30, 60, 80, 100, 200])
    for (const ascii of [true, false]) {
      const lines = chart(little, width, ascii).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.find((line) => /^ +0 /.test(line))).toMatch(ascii ? /\+_/ : /┤▁/);
    }
});

test('only what is projected is muted', () => {
  const painted: string[] = [];
  const paint = (meaning: string, text: string) => {
    painted.push(`${meaning} ${text}`);
    return text;
  };
  balanceChart(falling, { width: 60, ascii: false, paint });
  expect(new Set(painted.join('').replace(/muted /g, ''))).toEqual(new Set('░'));
});

test('a chart looks a little past the run-out, at least a week and at most a year ahead', () => {
  const ahead = (runOutOn: CalendarDate | null) => chartEnd(falling.history, on(19), runOutOn);
  expect(ahead(on(39))).toBe(on(19 + 22));
  expect(ahead(on(19))).toBe(on(19 + 7));
  expect(ahead(on(3000))).toBe(on(19 + 366));
  expect(ahead(null)).toBe(on(19 + 20));
});
