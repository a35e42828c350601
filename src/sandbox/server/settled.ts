// Reading a ledger as it is now: what has happened by itself is written first, and only then is a write lock taken.
import type { Instant } from '../../credits/exact.ts';
import { dueLedgerOf, isDue, settle, settleCustomer } from '../store/account.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { dueLedgers, ledgerByOrdinal, type StoredLedger } from '../store/ledgers.ts';
import { findCustomer } from './find.ts';
import type { ServerContext } from './route.ts';

/**
 * Shows one unchanging view of the database in which the ledger found is settled up to now.
 * @param find what to show; run again after something was settled
 */
export function readSettled<T extends { readonly ledger: StoredLedger | undefined }, R>(
  context: ServerContext,
  find: (now: Instant) => T,
  show: (found: T, now: Instant) => R,
): R {
  const { database } = context;
  const now = context.now();
  for (;;) {
    const seen = database.read(() => {
      const found = find(now);
      const { ledger } = found;
      return ledger !== undefined && isDue(ledger, now)
        ? { due: ledger.ordinal }
        : { shown: show(found, now) };
    });
    if ('shown' in seen) return seen.shown;
    settleNow(context, seen.due, now);
  }
}

/** What a write begins with: everything that has happened to a customer by itself is written, and the events of that. */
export function settleFirst(
  { database, freshId, fileEvents }: ServerContext,
  { ordinal }: StoredCustomer,
  now: Instant,
): void {
  settleCustomer(database, ordinal, { now, freshId });
  fileEvents();
}

/** Finds the customer of a write, as they are once that is done. */
export function settledCustomer(
  context: ServerContext,
  params: Readonly<Record<string, string>>,
  now: Instant,
): StoredCustomer {
  settleFirst(context, findCustomer(context.database, params), now);
  return findCustomer(context.database, params);
}

/** Finds the customer of a read of what top-ups change, with a ledger that has to be settled before. */
export const unsettledCustomer =
  ({ database }: ServerContext, params: Readonly<Record<string, string>>) =>
  (now: Instant): { readonly customer: StoredCustomer; readonly ledger: StoredLedger | undefined } => {
    const customer = findCustomer(database, params);
    return { customer, ledger: dueLedgerOf(database, customer.ordinal, now) };
  };

/** The first ledger of these customers that has to be settled. */
export function dueLedgerAmong(
  { database }: ServerContext,
  customers: readonly StoredCustomer[],
  now: Instant,
): StoredLedger | undefined {
  for (const { ordinal } of customers) {
    const ledger = dueLedgerOf(database, ordinal, now);
    if (ledger !== undefined) return ledger;
  }
  return undefined;
}

/** Ledgers settled in a row; well under a second together. */
const settledMost = 16;

/** Writes what fell due by itself in ledgers that no request reads, so that webhooks report it in time; some at a time. */
export function settleDueLedgers(context: Settling & Pick<ServerContext, 'now'>): void {
  const now = context.now();
  for (const ordinal of dueLedgers(context.database, now, settledMost)) settleNow(context, ordinal, now);
}

type Settling = Pick<ServerContext, 'database' | 'freshId' | 'fileEvents'>;

function settleNow({ database, freshId, fileEvents }: Settling, ordinal: number, now: Instant): void {
  database.write(() => {
    const ledger = ledgerByOrdinal(database, ordinal);
    if (ledger !== undefined) settle(database, ledger, { now, freshId });
    fileEvents();
  });
}
