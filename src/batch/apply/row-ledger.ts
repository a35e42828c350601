// Which ledger a row of a plan is written to.

import { defaultCurrency } from '../../credits/entry.ts';
import type { PlanRow } from '../plan/plan-lines.ts';

/** Of the credits that a row moves: a custom pricing unit or a currency, or the credits of those that name none. */
export const currencyOf = ({ request: { body } }: Pick<PlanRow, 'request'>): string =>
  typeof body.currency === 'string' ? body.currency : defaultCurrency;

/** What tells a ledger from all others. @param customer Orb's id */
export const ledgerName = (customer: string, currency: string): string => `${customer} ${currency}`;

export const ledgerOf = (row: Pick<PlanRow, 'request' | 'customer'>): string =>
  ledgerName(row.customer.id, currencyOf(row));
