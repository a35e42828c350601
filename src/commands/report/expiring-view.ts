// Defines the view of expiring blocks: the customer, the expiry, and how much will likely be lost.
import { plainColumn, type Row, viewOf } from '../../output/view.ts';
import type { ExpiringBlock } from '../../reports/burndown.ts';
import { balanceColumn } from '../../views/column-kinds.ts';
import { jsonNumber } from '../../wire/json.ts';
import { shownLoss } from './burndown-view.ts';

export interface CustomerExpiring extends ExpiringBlock {
  /** The external id, or `id:…`. */
  readonly customer: string;
  readonly currency: string;
}

export function expiringRow(record: CustomerExpiring): Row<CustomerExpiring> {
  const { customer, currency, block, balance, expiresOn, likelyLost } = record;
  const document = {
    customer,
    currency,
    block,
    balance: jsonNumber(balance),
    expires_on: expiresOn,
    likely_lost: jsonNumber(likelyLost),
  };
  return { record, document };
}

export const expiringView = viewOf<CustomerExpiring>({
  columns: [
    plainColumn('customer'),
    { ...plainColumn('currency', 1), isUnit: true },
    plainColumn('block'),
    balanceColumn({ name: 'balance' }, ({ balance }) => balance),
    { name: 'expires_on', header: 'expires', text: ({ expiresOn }) => expiresOn },
    {
      name: 'likely_lost',
      align: 'right',
      text: ({ likelyLost }) => likelyLost,
      show: ({ likelyLost }) => shownLoss(likelyLost),
    },
  ],
  none: 'no block expires in this time',
});
