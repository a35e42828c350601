// Defines the view of differences: which amount of a closed period changed since a report was printed.
import { numberColumn, plainColumn, type Row, viewOf } from '../../output/view.ts';
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

export const differencesView = viewOf<Difference>({
  columns: [
    plainColumn('customer'),
    { ...plainColumn('currency', 1), isUnit: true },
    plainColumn('period'),
    plainColumn('group', 1),
    plainColumn('field'),
    numberColumn('before'),
    numberColumn('after'),
  ],
  usual: ['customer', 'currency', 'period', 'field', 'before', 'after'],
  none: 'nothing changed in the periods that are over',
});
