// Defines the view of differences: which amount of a closed period changed since a report was printed.
import { type Row, viewOf } from '../../output/view.ts';
import type { Difference } from '../../reports/comparison.ts';
import { jsonNumber } from '../../wire/json.ts';

export function differenceRow(difference: Difference): Row<Difference> {
  const { customer, currency, period, group, field, before, after } = difference;
  const document = {
    customer,
    currency,
    period,
    ...(group === undefined ? {} : { group }),
    field,
    before: before === null ? null : jsonNumber(before),
    after: after === null ? null : jsonNumber(after),
  };
  return { record: difference, document };
}

const amountColumn = (name: 'before' | 'after') => ({
  name,
  align: 'right' as const,
  text: (difference: Difference) => difference[name] ?? '',
});

export const differencesView = viewOf<Difference>({
  columns: [
    { name: 'customer', text: ({ customer }) => customer },
    { name: 'currency', hideRank: 1, isUnit: true, text: ({ currency }) => currency },
    { name: 'period', text: ({ period }) => period },
    { name: 'group', hideRank: 1, text: ({ group }) => group ?? '' },
    { name: 'field', text: ({ field }) => field },
    amountColumn('before'),
    amountColumn('after'),
  ],
  usual: ['customer', 'currency', 'period', 'field', 'before', 'after'],
  none: 'nothing changed in the periods that are over',
});
