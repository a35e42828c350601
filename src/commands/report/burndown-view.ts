// Defines the view of burndowns: how fast credits are used, when they run out, and what expires unused.

import { type Amount, isZero, rounded } from '../../credits/exact.ts';
import { numberColumn, plainColumn, type Row, type Shown, viewOf } from '../../output/view.ts';
import type { Burndown } from '../../reports/burndown.ts';
import { balanceColumn, shownBalance } from '../../views/column-kinds.ts';
import { jsonNumber } from '../../wire/json.ts';

export interface CustomerBurndown extends Burndown {
  /** The external id, or `id:…`. */
  readonly customer: string;
  readonly currency: string;
}

export function burndownRow(record: CustomerBurndown): Row<CustomerBurndown> {
  const document = {
    customer: record.customer,
    currency: record.currency,
    as_of: record.asOf,
    balance: jsonNumber(record.balance),
    per_day: jsonNumber(record.perDay),
    run_out_on: record.runOutOn,
    run_out_earliest: record.runOutEarliest,
    run_out_latest: record.runOutLatest,
    expiring_unused: jsonNumber(record.expiringUnused),
    basis_days: jsonNumber(String(record.basisDays)),
  };
  return { record, document };
}

/** Rounds a mean for a person, to the digits that matter: `3.333`, `1250`, `0.0004167`. */
export function roundedMean(mean: Amount): string {
  const [whole = '', fraction = ''] = mean.replace('-', '').split('.');
  const zeros = fraction.length - fraction.replace(/^0+/, '').length;
  return rounded(mean, whole === '0' ? zeros + 4 : Math.max(0, 4 - whole.length));
}

/** Rounds credits that will likely be lost, for a person: a projection has no more digits than a price. */
export const roundedLoss = (lost: Amount): string =>
  /^0\.\d{3}/.test(lost) ? roundedMean(lost) : rounded(lost, 2);

export const shownLoss = (lost: Amount): Shown =>
  isZero(lost) ? shownBalance(lost) : { text: roundedLoss(lost), meaning: 'warning' };

export const burndownView = viewOf<CustomerBurndown>({
  columns: [
    plainColumn('customer'),
    plainColumn('currency'),
    { name: 'as_of', hideRank: 4, text: ({ asOf }) => asOf },
    balanceColumn({ name: 'balance' }, ({ balance }) => balance),
    {
      name: 'per_day',
      align: 'right',
      text: ({ perDay }) => perDay,
      show: ({ perDay }) => ({ text: roundedMean(perDay) }),
    },
    {
      name: 'run_out_on',
      header: 'runs out',
      text: ({ runOutOn }) => runOutOn ?? '',
      show: ({ runOutOn }) => ({ text: runOutOn ?? '', meaning: 'strong' }),
    },
    { ...plainColumn('runOutEarliest', 2), name: 'run_out_earliest', header: 'earliest' },
    { ...plainColumn('runOutLatest', 2), name: 'run_out_latest', header: 'latest' },
    {
      name: 'expiring_unused',
      header: 'unused',
      align: 'right',
      hideRank: 1,
      text: ({ expiringUnused }) => expiringUnused,
      show: ({ expiringUnused }) => shownLoss(expiringUnused),
    },
    { ...numberColumn('basisDays', 3), name: 'basis_days', header: 'days' },
  ],
  none: 'no credits',
});
