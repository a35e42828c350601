// Finds drift: entries that were made in the ledgers after a plan, and that the plan does not expect.

import type { LedgerEntry } from '../../credits/entry.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { type LimiterClock, rateLimiter } from '../../platform/rate-limiter.ts';
import { ledgerQuery } from '../../requests/ledger-query.ts';
import { markerName } from '../../requests/marker.ts';
import { isJsonObject, type Json } from '../../wire/json.ts';
import { grouped } from '../input/problem-report.ts';
import { rates } from '../plan/customers.ts';
import { ledgerName, type PlanAccount } from '../plan/plan-lines.ts';
import type { Plan } from '../plan/plan-reader.ts';
import type { PlanScan } from './plan-scan.ts';
import { type RowStates, rowState } from './row-states.ts';

/** An entry that the plan does not expect. */
export interface Drift {
  readonly customer: PlanAccount['customer'];
  readonly entry: LedgerEntry;
}

export interface DriftSearch {
  readonly connection: Connection;
  readonly states: RowStates;
  /** The ledgers that rows are left for. */
  readonly ledgers: PlanScan['ledgers'];
  readonly clock: LimiterClock;
  /** Called with each row of the batch that is found in a ledger. */
  readonly onFound: (key: string, entry: LedgerEntry) => void;
}

/** Requests under way at a time. */
const width = 4;

/** Looks at each account that rows are left for, once, from its newest entry back to the one that the plan knows. */
export async function driftOf(plan: Plan, search: DriftSearch): Promise<readonly Drift[]> {
  const accounts: PlanAccount[] = [];
  for await (const account of plan.accounts())
    if (search.ledgers.has(ledgerName(account.customer.id, account.currency))) accounts.push(account);
  const turn = rateLimiter(rates[search.connection.place.kind].others, search.clock);
  const found = await mapConcurrently(accounts, width, (account) => driftOfAccount(account, turn, search));
  return found.flat();
}

async function driftOfAccount(
  { customer, currency, ledger_sequence_number: known }: PlanAccount,
  turn: () => Promise<void>,
  { connection, states, onFound }: DriftSearch,
): Promise<readonly Drift[]> {
  const query = ledgerQuery({ by: 'id', id: customer.id }, { currency }, {});
  const newest = async (limit: number | undefined) => {
    await turn();
    return connection.api.entries(query, limit === undefined ? {} : { limit });
  };
  let hasMoved = false;
  for await (const { record } of await newest(1))
    hasMoved = known === null || record.ledger_sequence_number > known;
  if (!hasMoved) return [];
  const drift: Drift[] = [];
  for await (const { record, document } of await newest(undefined)) {
    if (known !== null && record.ledger_sequence_number <= known) break;
    const mark = record.metadata[markerName];
    if (mark !== undefined && states.get(mark) !== rowState.none) onFound(mark, record);
    else if (!isExpected(record, document)) drift.push({ customer, entry: record });
  }
  return drift;
}

/** Metering and expiry make entries by themselves, at any time. */
function isExpected({ entry_type: type }: LedgerEntry, document: Json): boolean {
  if (type === 'credit_block_expiry') return true;
  if (!isJsonObject(document)) return false;
  return type === 'decrement' && (isFilled(document.price_id) || isFilled(document.invoice_id));
}

const isFilled = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';

const shownMax = 20;

/** The refusal of a plan whose ledgers have moved. @param isBegun whether rows of it were sent before */
export function driftError(drift: readonly Drift[], isBegun: boolean): CreditctlError {
  const lines = drift.slice(0, shownMax).map(({ customer, entry }) => {
    const who = customer.external_customer_id ?? `id:${customer.id}`;
    const { ledger_sequence_number: number, entry_type: type, amount, currency, created_at, id } = entry;
    return `${who}: entry ${number}, ${type} of ${amount} ${currency} at ${created_at} (${id})`;
  });
  const more = drift.length > shownMax ? [`and ${grouped(drift.length - shownMax)} more entries`] : [];
  const message = [
    `The ledger has moved since this plan was made, and nothing ${isBegun ? 'more ' : ''}was written:`,
    ...lines,
    ...more,
  ].join('\n');
  return new CreditctlError('refused', message, {
    applied: 'no',
    retrySafe: true,
    next: [
      'Plan again: what was carried out already stays so',
      'Or carry it out as it is: the same command with --allow-drift',
    ],
  });
}
