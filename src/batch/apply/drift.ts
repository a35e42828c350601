// Finds drift: entries that were made in the ledgers after a plan, and that the plan does not expect.

import type { LedgerEntry } from '../../credits/entry.ts';
import { type Instant, parseInstant } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Decoded } from '../../orb/decode/records.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { ledgerQuery } from '../../requests/ledger-query.ts';
import { markerName } from '../../requests/request.ts';
import { isJsonObject, type Json } from '../../wire/json.ts';
import { grouped } from '../input/problem-report.ts';
import { ledgerName, type PlanAccount } from '../plan/plan-lines.ts';
import type { Plan } from '../plan/plan-reader.ts';
import type { PlanScan } from './plan-scan.ts';

/** An entry that the plan does not expect. */
export interface Drift {
  readonly customer: PlanAccount['customer'];
  readonly entry: LedgerEntry;
}

export interface DriftSearch {
  readonly connection: Connection;
  /** The ledgers that rows are left for. */
  readonly ledgers: PlanScan['ledgers'];
  /** Called with each newer entry that has a mark; what is no row of the batch is drift. */
  readonly onMark: (key: string, drift: Drift) => void;
}

/** Requests under way at a time. */
const width = 4;

/**
 * Looks at each account that rows are left for, once, from its newest entry back to the one that the plan knows. Resolves
 * with the entries that no plan expects and that have no mark.
 */
export async function driftOf(plan: Plan, search: DriftSearch): Promise<readonly Drift[]> {
  const accounts: PlanAccount[] = [];
  for await (const account of plan.accounts())
    if (search.ledgers.has(ledgerName(account.customer.id, account.currency))) accounts.push(account);
  const plannedAt = parseInstant(plan.header.planned_at) ?? 0;
  const found = await mapConcurrently(accounts, width, (account) =>
    driftOfAccount(account, plannedAt, search),
  );
  return found.flat();
}

async function driftOfAccount(
  account: PlanAccount,
  plannedAt: Instant,
  { connection, onMark }: DriftSearch,
): Promise<readonly Drift[]> {
  const { customer, currency } = account;
  const query = ledgerQuery({ by: 'id', id: customer.id }, { currency }, {});
  const newest: Decoded<LedgerEntry>[] = [];
  for await (const entry of connection.api.entries(query, { limit: 1 })) newest.push(entry);
  if (newest.every(({ record }) => isKnown(record, account))) return [];
  const later: Decoded<LedgerEntry>[] = [];
  let isComplete = account.ledger_entry_id === null;
  for await (const entry of connection.api.entries(query, {})) {
    isComplete ||= entry.record.id === account.ledger_entry_id;
    if (entry.record.id === account.ledger_entry_id) break;
    later.push(entry);
  }
  // The entry that the plan knows is gone, as after its block was deleted, which numbers all others anew.
  const isSince = ({ record }: Decoded<LedgerEntry>): boolean =>
    isComplete || (parseInstant(record.created_at) ?? plannedAt) >= plannedAt;
  const since = later.filter(isSince);
  const drift: Drift[] = [];
  for (const { record, document } of since.length > 0 ? since : newest) {
    const mark = record.metadata[markerName];
    if (mark !== undefined && isSince({ record, document })) onMark(mark, { customer, entry: record });
    else if (!isExpected(record, document)) drift.push({ customer, entry: record });
  }
  return drift;
}

/** Whether an entry is the one that the plan knows as the newest: of that id, and of that number. */
const isKnown = (
  { id, ledger_sequence_number: number }: LedgerEntry,
  { ledger_entry_id, ledger_sequence_number }: PlanAccount,
): boolean => id === ledger_entry_id && number === ledger_sequence_number;

/** Metering and expiry make entries by themselves, at any time. */
function isExpected({ entry_type: type }: LedgerEntry, document: Json): boolean {
  if (type === 'credit_block_expiry') return true;
  if (!isJsonObject(document)) return false;
  return type === 'decrement' && (isFilled(document.price_id) || isFilled(document.invoice_id));
}

const isFilled = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';

const shownMax = 20;

/** The refusal of a plan whose ledgers have moved. @param sent whether rows of it were sent before */
export function driftError(drift: readonly Drift[], sent: 'nothing' | 'some'): CreditctlError {
  const lines = drift.slice(0, shownMax).map(({ customer, entry }) => {
    const who = customer.external_customer_id ?? `id:${customer.id}`;
    const { ledger_sequence_number: number, entry_type: type, amount, currency, created_at, id } = entry;
    return `${who}: entry ${number}, ${type} of ${amount} ${currency} at ${created_at} (${id})`;
  });
  const more = drift.length > shownMax ? [`and ${grouped(drift.length - shownMax)} more entries`] : [];
  const message = [
    `A balance changed after this plan was made. Nothing ${sent === 'some' ? 'more ' : ''}was written:`,
    ...lines,
    ...more,
  ].join('\n');
  return new CreditctlError('refused', message, {
    applied: 'no',
    next: [
      'Plan again. Rows that were applied already stay applied',
      'Or apply it anyway: the same command with --allow-drift',
    ],
  });
}
