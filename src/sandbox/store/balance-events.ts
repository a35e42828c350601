// Alerts that fire because a balance changed, whatever changed it.
import type { Amount } from '../../credits/exact.ts';
import { amountIn, type Database, integer, text } from '../../database/driver.ts';
import { crossings } from '../ledger/crossing.ts';
import { alertsOnBalance } from './alerts.ts';
import { isAnyAddress } from './webhook-addresses.ts';
import { noteEvent } from './webhook-events.ts';

/** Notes the alerts that fire when a ledger's balance becomes `after`. Call it before the new balance is written. */
export function noteBalanceChange(database: Database, ledger: number, after: Amount): void {
  if (!isAnyAddress(database)) return;
  const row = database
    .prepare('SELECT customer, currency, balance FROM ledgers WHERE ordinal = ?')
    .get(ledger);
  if (row === undefined) return;
  const before = amountIn(row, 'balance');
  if (before === after) return;
  const customer = integer(row, 'customer');
  const alerts = alertsOnBalance(database, customer, text(row, 'currency'));
  for (const { alert, threshold } of crossings(alerts, { before, after }))
    noteEvent(database, { type: `customer.${alert.type}`, customer, subject: alert.id, threshold });
}
