// `report statement --compare <file>`: shows what changed in a month that is over since its statement was printed.

import { changeOf } from '../../credits/customer.ts';
import { type Amount, subtract } from '../../credits/exact.ts';
import { usageErrorAt } from '../../errors.ts';
import { differences, entryPrefix, type PrintedPeriod } from '../../reports/comparison.ts';
import { checkOutput, type Invocation, show } from '../../runtime/show.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import { changedError } from './compare-movements.ts';
import { differenceRow, differencesView } from './comparison-view.ts';
import { amountNames, movementAmounts, valueNames } from './movements-view.ts';
import { amountFields, printedDocuments, refused, textField } from './printed-report.ts';
import { type OpenStatement, type StatementFlags, statementFor, throwBreak } from './read-statement.ts';

/**
 * The earlier statement gives the month and the currency, unless the flags do. Throws a `usage` error for a month that
 * is not over, and a `check-failed` error after showing every difference if there is a difference.
 */
export async function compareStatement(
  args: readonly string[],
  { flags, runtime }: Invocation<StatementFlags>,
): Promise<void> {
  const choice = checkOutput(flags, differencesView);
  const earlier = readEarlier(await runtime.readText(flags.compare ?? '', '--compare'));
  const said = { month: earlier.period, currency: earlier.currency, ...flags };
  const { ledger, read } = await statementFor(args, { flags: said, runtime });
  const statement = read.head;
  for (const [name, now] of [
    ['customer', statement.customer],
    ['currency', statement.currency],
    ['period', statement.month],
  ] as const)
    if (earlier[name] !== now) throw refused(`is the statement of ${earlier[name]} and not of ${now}`);
  if (!statement.isOver) {
    const problem = `needs a month that is over, and ${statement.month} is not`;
    throw usageErrorAt('--compare', problem);
  }
  if (earlier.completeUntil !== undefined && earlier.completeUntil < statement.completeUntil) {
    const problem = `is complete only until ${earlier.completeUntil}: give a statement printed after ${statement.month}`;
    throw usageErrorAt('--compare', problem);
  }
  const found = differences([earlier], [await printed(read)]);
  const showing = { view: differencesView, shape: 'list', choice, now: ledger.connection.now } as const;
  await show(found.map(differenceRow), showing, runtime);
  throwBreak(read);
  if (found.length > 0) throw changedError(found.length);
}

/** Reads the amounts by name, and the balance change of each entry by its id. */
function readEarlier(text: string) {
  const [document, ...others] = printedDocuments(text);
  if (document === undefined || others.length > 0) throw refused('must hold one statement');
  const { movements } = document;
  if (!Array.isArray(movements)) throw refused('has no "movements"');
  const changes = movements.map((entry: unknown, index) => {
    if (!isJsonObject(entry)) throw refused(`has no entry at place ${index + 1} of "movements"`);
    return changeIn(entry, index + 1);
  });
  return {
    customer: textField(document, 'customer', 1),
    currency: textField(document, 'currency', 1),
    period: textField(document, 'month', 1),
    /** The last day that was over when the statement was printed; `undefined` if the file does not say. */
    completeUntil:
      document.complete_until === undefined ? undefined : textField(document, 'complete_until', 1),
    amounts: new Map([...amountFields(document, [...amountNames, ...valueNames], 1), ...changes]),
  };
}

function changeIn(entry: JsonObject, place: number): readonly [string, Amount] {
  const balances = amountFields(entry, ['starting_balance', 'ending_balance'], place);
  const [before, after] = [balances.get('starting_balance'), balances.get('ending_balance')];
  if (before === undefined || after === undefined)
    throw refused(`has no balances in entry ${place} of "movements"`);
  return [`${entryPrefix}${textField(entry, 'id', place)}`, subtract(after, before)];
}

/** Only the id and the balance change of each entry stay in memory. */
async function printed({ head, movements }: OpenStatement['read']): Promise<PrintedPeriod> {
  const { customer, currency, month: period, sums, opening, closing } = head;
  const amounts = new Map(movementAmounts({ ...sums, opening, closing }));
  for await (const { record } of movements()) amounts.set(`${entryPrefix}${record.id}`, changeOf(record));
  return { customer, currency, period, amounts };
}
