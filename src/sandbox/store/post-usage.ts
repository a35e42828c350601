// Writing usage to the store: new automatic deductions, and pending ones that grow in the middle of a ledger.
import { add, subtract } from '../../credits/amount.ts';
import type { Instant } from '../../credits/instant.ts';
import type { FreshId } from '../ledger/account.ts';
import { isRefusal, type Refusal } from '../ledger/refusal.ts';
import { decideUsage, type Growth, type Usage, type UsageEntry } from '../ledger/usage.ts';
import { accountOf, record, settled } from './account.ts';
import type { StoredCustomer } from './customers.ts';
import type { Database } from './driver.ts';
import { changeAmounts, entriesFrom, entryBySequence, type StoredEntry } from './entries.ts';
import { insertLedger, ledgerOf } from './ledgers.ts';
import { integer } from './row.ts';
import { usageSchema } from './usage-schema.ts';

export interface UsagePost {
  readonly customer: StoredCustomer;
  readonly currency: string;
  readonly usage: Usage;
  readonly now: Instant;
}

/** Settles the ledger, draws on it and writes that; answers the entries it made or changed. Call it within `database.write`. */
export function postUsage(
  database: Database,
  { customer, currency, usage, now }: UsagePost,
  freshId: FreshId,
): readonly StoredEntry[] | Refusal {
  database.exec(usageSchema);
  const known = settled(database, ledgerOf(database, customer.ordinal, currency), { now, freshId });
  const account = accountOf(database, { customer, currency, ledger: known });
  const earlier = (block: string) =>
    known === undefined ? undefined : usageEntry(database, known.ordinal, block, usage);
  const decision = decideUsage(account, { usage, earlier }, { now, freshId });
  if (isRefusal(decision)) return decision;
  const ledger = known?.ordinal ?? insertLedger(database, customer.ordinal, currency);
  for (const growth of decision.grown) grow(database, ledger, growth);
  record(database, ledger, decision);
  for (const { sequence, blockId } of decision.entries)
    insertUsage(database, { ledger, sequence, blockId }, usage);
  const sequences = [...decision.grown, ...decision.entries].map(({ sequence }) => sequence);
  return sequences.map((sequence) => entryBySequence(database, ledger, sequence));
}

/** Raises an entry's amount; it and all after it end lower. The entries after a pending one are pending too. */
function grow(database: Database, ledger: number, { sequence, by }: Growth): void {
  for (const { entry } of entriesFrom(database, ledger, sequence)) {
    const isGrown = entry.sequence === sequence;
    changeAmounts(database, ledger, {
      ...entry,
      amount: isGrown ? add(entry.amount, by) : entry.amount,
      starting: isGrown ? entry.starting : subtract(entry.starting, by),
      ending: subtract(entry.ending, by),
    });
  }
}

interface Place {
  readonly ledger: number;
  readonly sequence: number;
  readonly blockId: string;
}

function insertUsage(database: Database, { ledger, sequence, blockId }: Place, usage: Usage): void {
  database
    .prepare(
      'INSERT INTO usage_entries (ledger, sequence, block, price, invoice, day) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(ledger, sequence, blockId, usage.priceId, usage.invoiceId, usage.day);
}

export const lastOfUsage = `SELECT entries.sequence AS sequence, created_at
  FROM usage_entries JOIN entries USING (ledger, sequence)
  WHERE usage_entries.ledger = ? AND usage_entries.block = ? AND price = ? AND usage_entries.invoice = ? AND day = ?
  ORDER BY usage_entries.sequence DESC LIMIT 1`;

function usageEntry(database: Database, ledger: number, block: string, usage: Usage): UsageEntry | undefined {
  const row = database.prepare(lastOfUsage).get(ledger, block, usage.priceId, usage.invoiceId, usage.day);
  return row === undefined
    ? undefined
    : { sequence: integer(row, 'sequence'), createdAt: integer(row, 'created_at') };
}
