// Builds the statement of a customer's month as a web page to send to the customer.

import { type CalendarDate, dateAt, lastDayOf } from '../credits/calendar.ts';
import { type Amount, countedIs, type Instant, isZero, negate } from '../credits/exact.ts';
import type { Statement } from '../reports/statement.ts';
import { balancePlot } from './balance-plot.ts';
import { type LocaleFormat, localeFormat } from './locale-format.ts';
import { type Markup, markup } from './markup.ts';
import { pageText } from './page.ts';
import { closingBalances } from './statement-days.ts';
import { blocksTable, movementsTable } from './statement-tables.ts';

export interface StatementPageOptions {
  /** A locale without a `localeProblem`, in which amounts and days are written. */
  readonly locale: string;
  /** When the page is made. */
  readonly now: Instant;
  /** The last day of the statement if its month is not over, in the customer's zone. */
  readonly upTo: CalendarDate;
}

/** The text of an HTML file. It loads nothing and runs no script, and text from the ledger stays text. */
export function statementPage(statement: Statement, { locale, now, upTo }: StatementPageOptions): string {
  const { customer, customerName, currency, month, zone } = statement;
  const format = localeFormat(locale, amountsOf(statement));
  const name = customerName.trim() === '' ? customer : customerName;
  const today = dateAt(now, zone);
  const body = markup`<header>
<p>Statement of prepaid credits, ${format.month(month)}</p>
<h1 dir="auto">${name}</h1>
<p class="soft">Customer <bdi>${customer}</bdi></p>
</header>
<h2>Balance in ${currency}</h2>
${notes(statement, upTo, format)}${summaryTable(statement, format)}
${plot(statement, upTo, format)}
${movementsTable(statement, format)}
${blocksTable(statement, format)}
<footer>
<p>Days are those of the time zone ${zone}. Credits expire at the start of the day shown.</p>
<p>Made on ${format.day(today)}.</p>
</footer>`;
  const title = `Statement of prepaid credits, ${month}: ${name}`;
  return pageText({ title, direction: format.direction, body });
}

const amountsOf = ({ opening, closing, movements, blocks }: Statement): readonly Amount[] => [
  opening,
  closing,
  ...movements.flatMap(({ starting_balance, ending_balance }) => [starting_balance, ending_balance]),
  ...blocks.map(({ balance }) => balance),
];

/** The plot of the balance; none if the balance is 0 all month. */
function plot(statement: Statement, upTo: CalendarDate, format: LocaleFormat): Markup {
  const { month, opening } = statement;
  const days = closingBalances(statement, upTo);
  if (isZero(opening) && days.every(({ balance }) => isZero(balance))) return markup``;
  return balancePlot({ days, length: Number(lastDayOf(month).slice(-2)), opening }, format);
}

/** Why the figures are not final. */
function notes(
  { isOver, month, sums: { pending } }: Statement,
  upTo: CalendarDate,
  format: LocaleFormat,
): readonly Markup[] {
  return [
    ...(isOver
      ? []
      : [markup`<p>${format.month(month)} is not over: this statement goes up to ${format.day(upTo)}.</p>`]),
    ...(pending === 0
      ? []
      : [markup`<p>${countedIs(pending, 'movement')} pending and may still change.</p>`]),
  ];
}

/** The label of each sum, and whether the sum raises or lowers the balance. */
const sumRows = [
  ['granted', 'Granted', 'adds'],
  ['amended', 'Given back', 'adds'],
  ['used', 'Used', 'takes'],
  ['expired', 'Expired', 'takes'],
  ['voided', 'Voided', 'takes'],
  ['other', 'Other changes', 'adds'],
] as const;

function summaryTable({ opening, closing, sums }: Statement, format: LocaleFormat): Markup {
  const rows = sumRows
    .filter(([field]) => !isZero(sums[field]))
    .map(([field, name, way]) => {
      const change = way === 'adds' ? sums[field] : negate(sums[field]);
      return markup`<tr><th scope="row">${name}</th><td class="figure">${format.change(change)}</td></tr>`;
    });
  return markup`<table>
<caption>How the balance changed</caption>
<tbody>
<tr class="total"><th scope="row">Opening balance</th><td class="figure">${format.amount(opening)}</td></tr>
${rows}<tr class="total"><th scope="row">Closing balance</th><td class="figure">${format.amount(closing)}</td></tr>
</tbody>
</table>`;
}
