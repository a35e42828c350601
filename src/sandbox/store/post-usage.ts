// Writes usage to the store: appends automatic deductions, and raises pending ones in the middle of a ledger.
import type { Database } from '../../database/driver.ts';
import { isRefusal, type Refusal } from '../ledger/model.ts';
import type { Clock } from '../ledger/posting.ts';
import { decideUsage, type Growth, grownBy, type Usage } from '../ledger/usage.ts';
import { accountOf, settleCustomer, writeMovement } from './account.ts';
import type { StoredCustomer } from './customers.ts';
import { entriesFrom } from './entries.ts';
import { insertLedger, ledgerOf } from './ledgers.ts';
import { insertUsage, lastUsageEntry } from './usage.ts';
import { changeAmounts } from './write-entries.ts';

/** Usage that a ledger of a customer pays for. */
export interface Charge {
  readonly customer: StoredCustomer;
  readonly currency: string;
  readonly usage: Usage;
}

/** Settles the customer's ledgers, deducts usage from one of them and writes the result; returns a refusal, if any. Call it within `database.write`. */
export function postUsage(
  database: Database,
  { customer, currency, usage }: Charge,
  clock: Clock,
): Refusal | undefined {
  settleCustomer(database, customer.ordinal, clock);
  const known = ledgerOf(database, customer.ordinal, currency);
  const account = accountOf(database, { customer, currency, ledger: known });
  const earlier = (blockId: string) =>
    known === undefined ? undefined : lastUsageEntry(database, { ledger: known.ordinal, blockId }, usage);
  const decision = decideUsage(account, { usage, earlier }, clock);
  if (isRefusal(decision)) return decision;
  const ledger = known?.ordinal ?? insertLedger(database, customer.ordinal, currency);
  for (const growth of decision.grown) grow(database, ledger, growth);
  for (const { sequence, blockId } of decision.drawn)
    insertUsage(database, { ledger, sequence, blockId }, { kind: usage });
  writeMovement(database, { ledger, freshId: clock.freshId }, decision);
  return undefined;
}

/** Every entry after a pending entry is pending too, so each of them may change. */
function grow(database: Database, ledger: number, growth: Growth): void {
  for (const { entry } of entriesFrom(database, ledger, growth.sequence))
    changeAmounts(database, ledger, grownBy(entry, growth));
}
