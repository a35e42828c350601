// The statement of a customer's month as a web page that is fit to be sent: one section for each currency.
import { type Amount, isZero, negate } from '../credits/amount.ts';
import { type CalendarDate, dateAt, lastDayOf } from '../credits/calendar.ts';
import type { Instant } from '../credits/instant.ts';
import type { MovementSums } from '../reports/movements.ts';
import type { Statement } from '../reports/statement.ts';
import { balancePlot } from './balance-plot.ts';
import { type LocaleFormat, localeFormat } from './locale-format.ts';
import { type Markup, markup } from './markup.ts';
import { pageText } from './page.ts';
import { closingBalances } from './statement-days.ts';
import { blocksTable, movementsTable } from './statement-tables.ts';

export interface StatementPageOptions {
  /** A locale that `localeProblem` does not object to: how amounts and days are written. */
  readonly locale: string;
  /** When the statement was made; a running month is shown up to then. */
  readonly now: Instant;
}

/**
 * The text of an HTML file. It loads nothing and runs no script, and text from the ledger stays text.
 * @param statements of one customer and one month, a currency each
 */
export function statementPage(
  statements: readonly [Statement, ...(readonly Statement[])],
  options: StatementPageOptions,
): string {
  const [{ customer, customerName, month, zone }] = statements;
  const told = statements.filter((statement) => !isEmpty(statement));
  const shown = told.length === 0 ? statements.slice(0, 1) : told;
  const amounts = shown.flatMap(amountsOf);
  const format = localeFormat(options.locale, amounts);
  const name = customerName.trim() === '' ? customer : customerName;
  const madeOn = format.day(dateAt(options.now, zone));
  const body = markup`<header>
<p>Statement of prepaid credits, ${format.month(month)}</p>
<h1 dir="auto">${name}</h1>
<p class="soft">Customer <bdi>${customer}</bdi></p>
</header>
${shown.map((statement, at) => section(statement, { id: `s${at + 1}`, format, now: options.now }))}
<footer>
<p>Days are those of the time zone ${zone}. Credits expire at the start of the day shown.</p>
<p>Made on ${madeOn}.</p>
</footer>`;
  const title = `Statement of prepaid credits, ${month}: ${name}`;
  return pageText({ title, direction: format.direction, body });
}

/** A currency in which a customer never had anything is of no interest. */
const isEmpty = ({ opening, closing, movements, blocks }: Statement): boolean =>
  isZero(opening) && isZero(closing) && movements.length === 0 && blocks.length === 0;

const amountsOf = ({ opening, closing, movements, blocks }: Statement): readonly Amount[] => [
  opening,
  closing,
  ...movements.flatMap(({ starting_balance, ending_balance }) => [starting_balance, ending_balance]),
  ...blocks.map(({ balance }) => balance),
];

interface Section {
  /** Begins the ids within the section. */
  readonly id: string;
  readonly format: LocaleFormat;
  readonly now: Instant;
}

function section(statement: Statement, { id, format, now }: Section): Markup {
  const { month, zone, opening } = statement;
  const today = dateAt(now, zone);
  const days = closingBalances(statement, today);
  const length = Number(lastDayOf(month).slice(-2));
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">Balance in ${statement.currency}</h2>
${notes(statement, today, format)}${summaryTable(statement, format)}
${balancePlot({ id: `${id}-plot`, days, length, opening }, format)}
${movementsTable(statement, { id, format })}
${blocksTable(statement, { id, format, today })}
</section>`;
}

/** What keeps the figures from being final. */
function notes(
  { isOver, month, sums: { pending } }: Statement,
  today: CalendarDate,
  format: LocaleFormat,
): readonly Markup[] {
  const movements = pending === 1 ? '1 movement is' : `${pending} movements are`;
  return [
    ...(isOver
      ? []
      : [markup`<p>${format.month(month)} is not over: this statement goes up to ${format.day(today)}.</p>`]),
    ...(pending === 0 ? [] : [markup`<p>${movements} pending and may still change.</p>`]),
  ];
}

/** The words of a sum, and whether it adds to the balance. */
const sumRows: readonly (readonly [keyof Omit<MovementSums, 'pending'>, string, 'adds' | 'takes'])[] = [
  ['granted', 'Granted', 'adds'],
  ['amended', 'Given back', 'adds'],
  ['used', 'Used', 'takes'],
  ['expired', 'Expired', 'takes'],
  ['voided', 'Voided', 'takes'],
  ['other', 'Other changes', 'adds'],
];

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
