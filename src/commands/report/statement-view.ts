// The view of a statement: its sums as a card, above the entries of the month.
import type { View } from '../../output/view.ts';
import type { StatementHead } from '../../reports/statement.ts';
import type { JsonObject } from '../../wire/json.ts';
import { movementColumns, movementFields } from './movements-view.ts';

/** The fields of a statement's document before its movements. */
export function statementFields(statement: StatementHead): JsonObject {
  const { customer, customerName, currency, month, zone, sums, opening, closing } = statement;
  return {
    customer,
    customer_name: customerName,
    currency,
    month,
    time_zone: zone,
    ...movementFields({ ...sums, opening, closing }),
    value_currency: statement.valueCurrency,
    complete_until: statement.completeUntil,
    blocks_as_of: statement.blocksAsOf,
  };
}

const columns: View<StatementHead>['columns'] = [
  { name: 'customer', header: 'customer', yields: 0, text: ({ customer }) => customer },
  { name: 'customer_name', header: 'name', yields: 0, text: ({ customerName }) => customerName },
  { name: 'currency', header: 'currency', yields: 0, text: ({ currency }) => currency },
  {
    name: 'month',
    header: 'month',
    yields: 0,
    text: ({ month }) => month,
    show: ({ month, isOver }) => ({ text: isOver ? month : `${month}, so far` }),
  },
  { name: 'time_zone', header: 'time zone', yields: 0, text: ({ zone }) => zone },
  ...movementColumns.map(({ remark: _, ...column }): View<StatementHead>['columns'][number] => ({
    ...column,
    text: ({ sums, opening, closing }) => column.text({ ...sums, opening, closing }),
    show: ({ sums, opening, closing }, context) => {
      const amounts = { ...sums, opening, closing };
      return column.show?.(amounts, context) ?? { text: column.text(amounts) };
    },
  })),
  {
    name: 'value_currency',
    header: 'value currency',
    yields: 0,
    text: ({ valueCurrency }) => valueCurrency ?? '',
  },
  {
    name: 'complete_until',
    header: 'complete until',
    yields: 0,
    text: ({ completeUntil }) => completeUntil,
  },
  { name: 'blocks_as_of', header: 'blocks as of', yields: 0, text: ({ blocksAsOf }) => blocksAsOf },
];

export const statementView: View<StatementHead> = {
  columns,
  usual: ['customer', 'currency', 'month', 'opening', 'closing'],
  fields: [...columns.map(({ name }) => name), 'movements', 'blocks'],
  none: 'no statement',
};
