// Defines the view of a statement: its sums as a card, above the entries of the month.
import type { View } from '../../output/view.ts';
import type { StatementHead } from '../../reports/statement.ts';
import { movementColumns, movementFields } from './movements-view.ts';

/** The fields of a statement's document before its movements. */
export function statementFields(statement: StatementHead) {
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
  { name: 'customer', text: ({ customer }) => customer },
  { name: 'customer_name', header: 'name', text: ({ customerName }) => customerName },
  { name: 'currency', text: ({ currency }) => currency },
  {
    name: 'month',
    text: ({ month }) => month,
    show: ({ month, isOver }) => ({ text: isOver ? month : `${month}, so far` }),
  },
  { name: 'time_zone', text: ({ zone }) => zone },
  ...movementColumns.map(({ remark: _, ...column }): View<StatementHead>['columns'][number] => ({
    ...column,
    text: ({ sums, opening, closing }) => column.text({ ...sums, opening, closing }),
    show: ({ sums, opening, closing }, context) => {
      const amounts = { ...sums, opening, closing };
      return column.show?.(amounts, context) ?? { text: column.text(amounts) };
    },
  })),
  { name: 'value_currency', text: ({ valueCurrency }) => valueCurrency ?? '' },
  { name: 'complete_until', text: ({ completeUntil }) => completeUntil },
  { name: 'blocks_as_of', text: ({ blocksAsOf }) => blocksAsOf },
];

export const statementView: View<StatementHead> = {
  columns,
  usual: ['customer', 'currency', 'month', 'opening', 'closing'],
  fields: [...columns.map(({ name }) => name), 'movements', 'blocks'],
  none: 'no statement',
};
