// Reading a ledger as it is now: what has happened by itself is written first, and only then is a write lock taken.
import type { Instant } from '../../credits/exact.ts';
import { isDue, settle } from '../store/account.ts';
import { dueLedgers, ledgerByOrdinal, type StoredLedger } from '../store/ledgers.ts';
import type { ServerContext } from './route.ts';
import { writeEvents } from './write-events.ts';

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

/** Ledgers settled in a row; well under a second together. */
const settledMost = 16;

/** Writes what fell due by itself in ledgers that no request reads, so that webhooks report it in time; some at a time. */
export function settleDueLedgers(context: Pick<ServerContext, 'database' | 'now' | 'freshId'>): void {
  const now = context.now();
  for (const ordinal of dueLedgers(context.database, now, settledMost)) settleNow(context, ordinal, now);
}

type Settling = Pick<ServerContext, 'database' | 'freshId'>;

function settleNow({ database, freshId }: Settling, ordinal: number, now: Instant): void {
  database.write(() => {
    const ledger = ledgerByOrdinal(database, ordinal);
    if (ledger !== undefined) settle(database, ledger, { now, freshId });
    writeEvents(database, () => now, freshId);
  });
}
