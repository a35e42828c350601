// Computes and shows the balance of a customer from the blocks: available now, not yet available, expiring next.

import { type CreditBlock, hasBegun, hasExpired, isDrawable } from '../credits/customer.ts';
import { type Amount, type Instant, isPositive, sum, timeOf } from '../credits/exact.ts';
import type { Column, Row, View } from '../output/view.ts';
import { type Json, jsonNumber } from '../wire/json.ts';
import { shownBalance, shownExpiry } from './column-kinds.ts';

export interface Balance {
  /** The customer as typed. */
  readonly customer: string;
  readonly currency: string;
  /** The sum of the blocks that can be drawn from now, negative ones included. */
  readonly available: Amount;
  /** Credits in blocks that wait for their payment. */
  readonly pending_payment: Amount;
  /** Credits in paid blocks that become drawable later. */
  readonly not_yet_effective: Amount;
  /** The next instant at which available credits lapse, and how many lapse; `null` if no credits do. */
  readonly next_expiry: { readonly at: string; readonly amount: Amount } | null;
  readonly blocks: readonly CreditBlock[];
}

export interface BalanceOf {
  readonly customer: string;
  readonly currency: string;
  readonly now: Instant;
}

/** @param blocks all of the customer's blocks in this currency; expired blocks are not counted */
export function balanceOf(blocks: readonly CreditBlock[], { customer, currency, now }: BalanceOf): Balance {
  const available = blocks.filter((block) => isDrawable(block, now));
  const unexpired = blocks.filter((block) => !hasExpired(block, now));
  return {
    customer,
    currency,
    available: total(available),
    pending_payment: total(unexpired.filter(({ status }) => status === 'pending_payment')),
    not_yet_effective: total(unexpired.filter((block) => block.status === 'active' && !hasBegun(block, now))),
    next_expiry: nextExpiry(available),
    blocks,
  };
}

const total = (blocks: readonly CreditBlock[]): Amount => sum(blocks.map(({ balance }) => balance));

function nextExpiry(available: readonly CreditBlock[]): Balance['next_expiry'] {
  // A negative balance does not lapse.
  const lapsing = available
    .filter(({ balance }) => isPositive(balance))
    .flatMap(({ expiry_date: at, balance }) => {
      const instant = timeOf(at);
      return at === null || instant === undefined ? [] : [{ at, balance, instant }];
    })
    .sort((a, b) => a.instant - b.instant);
  const [next] = lapsing;
  if (next === undefined) return null;
  const together = lapsing.filter(({ instant }) => instant === next.instant);
  return { at: next.at, amount: sum(together.map(({ balance }) => balance)) };
}

/** The balance with its document, which contains the blocks as the API returned them. */
export function balanceRow(balance: Balance, blockDocuments: readonly Json[]): Row<Balance> {
  const { customer, currency, next_expiry } = balance;
  const document = {
    customer,
    currency,
    available: jsonNumber(balance.available),
    pending_payment: jsonNumber(balance.pending_payment),
    not_yet_effective: jsonNumber(balance.not_yet_effective),
    next_expiry: next_expiry === null ? null : { at: next_expiry.at, amount: jsonNumber(next_expiry.amount) },
    blocks: blockDocuments,
  };
  return { record: balance, document };
}

/** The summary over the table of blocks. */
export const balanceView: View<Balance> = {
  columns: [
    { name: 'customer', text: ({ customer }) => customer },
    { name: 'currency', text: ({ currency }) => currency },
    {
      ...sumColumn('available', ({ available }) => available),
      show: ({ available }) => ({ meaning: 'strong', ...shownBalance(available) }),
    },
    sumColumn('pending_payment', (balance) => balance.pending_payment),
    sumColumn('not_yet_effective', (balance) => balance.not_yet_effective),
    {
      name: 'next_expiry.at',
      header: 'next expiry',
      text: ({ next_expiry }) => next_expiry?.at ?? '',
      show: ({ next_expiry }, context) => shownExpiry(next_expiry?.at ?? null, context),
    },
    {
      name: 'next_expiry.amount',
      header: 'expiring then',
      align: 'right',
      text: ({ next_expiry }) => next_expiry?.amount ?? '',
    },
  ],
  usual: ['customer', 'currency', 'available', 'pending_payment', 'not_yet_effective', 'next_expiry.at'],
  fields: [
    'customer',
    'currency',
    'available',
    'pending_payment',
    'not_yet_effective',
    'next_expiry',
    'next_expiry.at',
    'next_expiry.amount',
    'blocks',
  ],
  none: 'no balance',
};

function sumColumn(name: string, value: (balance: Balance) => Amount): Column<Balance> {
  return { name, align: 'right', text: value, show: (balance) => shownBalance(value(balance)) };
}
