// Builds the two tables of a statement: the movements of the month, and the blocks of credits.
import { dayOf } from '../credits/calendar.ts';
import type { CreditBlock } from '../credits/customer.ts';
import { cleanLine } from '../output/shown-text.ts';
import type { Statement } from '../reports/statement.ts';
import type { LocaleFormat } from './locale-format.ts';
import { type Markup, markup, optional } from './markup.ts';
import { type StatementRow, statementRows } from './statement-rows.ts';

/** Every movement with the balance after it, between the opening and the closing balance. */
export function movementsTable(statement: Statement, format: LocaleFormat): Markup {
  const rows = statementRows(statement);
  if (rows.length === 0) return markup`<p>Nothing changed in this month.</p>`;
  return markup`<div class="wide" role="region" tabindex="0" aria-labelledby="movements">
<table>
<caption id="movements">Movements</caption>
<thead><tr><th scope="col">Day</th><th scope="col">What</th><th scope="col" class="figure">Change</th><th scope="col" class="figure">Balance</th></tr></thead>
<tbody>
<tr class="total"><td></td><th scope="row" class="text">Opening balance</th><td></td><td class="figure">${format.amount(statement.opening)}</td></tr>
${rows.map((row) => movementRow(row, format))}<tr class="total"><td></td><th scope="row" class="text">Closing balance</th><td></td><td class="figure">${format.amount(statement.closing)}</td></tr>
</tbody>
</table>
</div>`;
}

function movementRow(row: StatementRow, format: LocaleFormat): Markup {
  const { day, what, newExpiry, description, isPending, change, balance } = row;
  const expiry = optional(newExpiry, (on) => markup` to ${on === null ? 'never' : format.day(on)}`);
  const said = cleanLine(description ?? '').trim();
  const because = said === '' ? markup`` : markup`: <bdi>${said}</bdi>`;
  return markup`<tr><td class="day">${optional(day, format.shortDay)}</td><td class="text">${what}${expiry}${because}${isPending ? ' (pending)' : ''}</td><td class="figure">${format.change(change)}</td><td class="figure">${format.amount(balance)}</td></tr>`;
}

export function blocksTable({ blocks, blocksAsOf, zone }: Statement, format: LocaleFormat): Markup {
  if (blocks.length === 0) return markup`<p>There are no blocks of credits.</p>`;
  const day = (text: string): Markup => optional(dayOf(text, zone), format.tableDay);
  return markup`<div class="wide" role="region" tabindex="0" aria-labelledby="blocks">
<table class="blocks">
<caption id="blocks">Blocks of credits, as of ${format.day(blocksAsOf)}</caption>
<thead><tr><th scope="col">Block</th><th scope="col">Usable from</th><th scope="col">Expires</th><th scope="col" class="figure">Credits left</th></tr></thead>
<tbody>
${blocks.map(
  (block) =>
    markup`<tr><th scope="row" class="text">${block.id}</th><td class="day">${usableFrom(block, day)}</td><td class="day">${block.expiry_date === null ? 'never' : day(block.expiry_date)}</td><td class="figure">${format.amount(block.balance)}</td></tr>`,
)}</tbody>
</table>
</div>`;
}

function usableFrom({ status, effective_date }: CreditBlock, day: (text: string) => Markup): Markup | string {
  if (status === 'pending_payment') return 'after payment';
  return effective_date === null ? 'any time' : day(effective_date);
}
