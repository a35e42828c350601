// Searches the ledgers for rows of a batch, by the mark on each entry.

import type { LedgerEntry } from '../../credits/entry.ts';
import { type Instant, isZero } from '../../credits/exact.ts';
import type { Connection } from '../../orb/connection.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { ledgerQuery, type TimeRange } from '../../requests/ledger-query.ts';
import { clockSlack, markerName, mayBeAnswer } from '../../requests/request.ts';
import type { PlanAccount } from '../plan/plan-lines.ts';
import type { Plan } from '../plan/plan-reader.ts';

/** One ledger: of a customer in a currency. */
export interface LedgerName {
  /** Orb's id. */
  readonly customer: string;
  readonly currency: string;
  /** Only entries of this type. */
  readonly type?: string;
}

interface LedgerSearch {
  readonly ledgers: Iterable<LedgerName>;
  /** Entries of before are not looked at. */
  readonly since: Instant | undefined;
  readonly onMark: OnMark;
}

export type OnMark = (key: string, entry: LedgerEntry) => void;

/** Requests under way at a time. */
const width = 4;

/** Calls `onMark` for every entry with a mark, newest first; entries that answer no write come last. */
export async function searchLedgers(
  { ledgers, since, onMark }: LedgerSearch,
  { api }: Pick<Connection, 'api'>,
): Promise<void> {
  const range: TimeRange = since === undefined ? {} : { from: since - clockSlack };
  await mapConcurrently(ledgers, width, async ({ customer: id, ...filter }) => {
    const query = ledgerQuery({ by: 'id', id }, filter, range);
    const answers = answersFirst(onMark);
    for await (const { record } of api.entries(query, {})) {
      const key = record.metadata[markerName];
      if (key !== undefined) answers.take(key, record);
    }
    answers.end();
  });
}

/**
 * The first entry that is reported for a write is noted: it has to be the one that the API
 * answered, by which the write can be taken back. Its other entry waits, and counts where there is no better one.
 */
export function answersFirst(onMark: OnMark): { readonly take: OnMark; readonly end: () => void } {
  const held = new Map<string, LedgerEntry>();
  return {
    take: (key, entry) => {
      if (mayBeAnswer(entry)) {
        held.delete(key);
        onMark(key, entry);
      } else held.set(key, entry);
    },
    end: () => {
      for (const [key, entry] of held) onMark(key, entry);
      held.clear();
    },
  };
}

/** Ledgers in which a batch is looked for that the record does not know. */
const probeLimit = 20;

/**
 * Looks in every ledger, or where it is likely: first in a few, which tell whether the batch was ever here, because rows
 * are sent in the order of the plan. The API's own memory of keys ends after 48 hours, and drift is only what came after the plan.
 * @param look resolves to whether a row was found
 */
export async function searchForPlan(
  plan: Plan,
  where: 'everywhere' | 'where likely',
  look: (ledgers: readonly LedgerName[]) => Promise<boolean>,
): Promise<void> {
  const probed: LedgerName[] = [];
  const all: LedgerName[] = [];
  for await (const account of plan.accounts()) {
    const name = { customer: account.customer.id, currency: account.currency };
    all.push(name);
    // What is newer than the plan is found with the drift.
    if (account.ledger_sequence_number === null || probed.length >= probeLimit) continue;
    probed.push({ ...name, ...narrowed(account) });
  }
  if (where === 'everywhere' || (await look(probed))) await look(all);
}

/** Metering makes many entries, and none of them is a grant. */
const narrowed = ({ granted }: PlanAccount): Pick<LedgerName, 'type'> =>
  isZero(granted) ? {} : { type: 'increment' };
