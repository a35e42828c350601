// Searches ledgers for a batch's rows, by the mark on each entry, and for later entries that the plan does not expect.

import type { LedgerEntry } from '../../credits/customer.ts';
import {
  type Amount,
  add,
  amountFromText,
  compare,
  type Instant,
  isZero,
  parseInstant,
  zero,
} from '../../credits/exact.ts';
import { unlessAbsent } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { ledgerQuery, type TimeRange } from '../../requests/ledger-query.ts';
import { type ApiRequest, clockSlack, markerName, mayBeAnswer } from '../../requests/request.ts';
import { isJsonObject, type Json, numberText } from '../../wire/json.ts';
import { ledgerName, type Plan, type PlanAccount } from '../plan/plan-lines.ts';

/** Names one ledger: a customer and a currency. */
export interface LedgerName {
  /** Orb's id of the customer. */
  readonly customer: string;
  readonly currency: string;
  /** Only entries of this type. */
  readonly type?: string;
}

interface LedgerSearch {
  readonly ledgers: Iterable<LedgerName>;
  /** The search skips entries before this time. */
  readonly since: Instant | undefined;
  readonly onMark: OnMark;
}

type OnMark = (key: string, entry: LedgerEntry) => void;

const ledgersAtATime = 4;

/**
 * Calls `onMark` for every entry with a mark, newest first; entries that answer no write come last. A deleted customer has
 * no ledger.
 */
export async function searchLedgers(
  { ledgers, since, onMark }: LedgerSearch,
  { api }: Pick<Connection, 'api'>,
): Promise<void> {
  const range: TimeRange = since === undefined ? {} : { from: since - clockSlack };
  await mapConcurrently(ledgers, ledgersAtATime, async ({ customer: id, ...filter }) => {
    const query = ledgerQuery({ by: 'id', id }, filter, range);
    const answers = answersFirst(onMark);
    await unlessAbsent(async () => {
      for await (const { record } of api.entries(query, {})) {
        const key = record.metadata[markerName];
        if (key !== undefined) answers.take(key, record);
      }
    });
    answers.end();
  });
}

/**
 * Puts the entry that the API answered first, because only the first entry of a write is noted, and by it the write can be
 * undone. Another entry of the write is held back, and used only without a better one.
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

/** Number of first ledgers, and number of further ledgers, to probe for a batch that the record does not know. */
const probes = 10;

/**
 * Searches every ledger, or first a few that show whether the batch ever ran here. This is needed because the API forgets
 * keys after 48 hours, and drift covers only entries after the plan.
 */
export async function searchForPlan(
  plan: Plan,
  where: 'everywhere' | 'where likely',
  look: (ledgers: readonly LedgerName[]) => Promise<boolean>,
): Promise<void> {
  const older: LedgerName[] = [];
  const all: LedgerName[] = [];
  for await (const account of plan.accounts()) {
    const name = { customer: account.customer.id, currency: account.currency };
    all.push(name);
    // The drift check finds entries that are newer than the plan.
    if (account.ledger_sequence_number !== null) older.push({ ...name, ...narrowed(account) });
  }
  if (where === 'everywhere' || (await look(probed(older)))) await look(all);
}

/** The first ledgers, because rows are sent in the plan's order, and a spread of others, because a file may grow anywhere. */
function probed(ledgers: readonly LedgerName[]): readonly LedgerName[] {
  const rest = ledgers.slice(probes);
  const isChosen = (at: number): boolean =>
    Math.floor(((at + 1) * probes) / rest.length) > Math.floor((at * probes) / rest.length);
  return [...ledgers.slice(0, probes), ...rest.filter((_, at) => isChosen(at))];
}

/** Narrows the search to grants if the plan has some: metering makes many entries, but never grants. */
const narrowed = ({ granted }: PlanAccount): Pick<LedgerName, 'type'> =>
  isZero(granted) ? {} : { type: 'increment' };

/** An entry newer than the plan. */
interface LaterEntry extends Drift {
  readonly entry: LedgerEntry;
}

/** A change that the plan does not expect: a new entry, or else a deletion: of a block if `isBlock`, or of the customer. */
export interface Drift {
  readonly customer: PlanAccount['customer'];
  readonly entry?: LedgerEntry;
  readonly isBlock?: true;
}

/** Entries that came into the ledgers after a plan was made. */
export interface LaterEntries {
  /** Entries with a write's mark; an entry of another batch is drift. */
  readonly marked: readonly (LaterEntry & { readonly mark: string })[];
  /** The oldest entry of metering or expiry in each block, by the block's id. */
  readonly metered: ReadonlyMap<string, LaterEntry>;
  /** Changes that no plan expects. */
  readonly drift: readonly Drift[];
}

export interface DriftSearch {
  readonly connection: Pick<Connection, 'api'>;
  /** Ledgers with rows left to send. */
  readonly ledgers: ReadonlySet<string>;
  /** Checks only accounts from which rows use, void or expire credits. */
  readonly isOfTaking?: true;
}

/** Reads each account with rows left once, from its newest entry back to the newest entry that the plan knows. */
export async function entriesSince(
  plan: Plan,
  { connection, ledgers, isOfTaking }: DriftSearch,
): Promise<LaterEntries> {
  const accounts: PlanAccount[] = [];
  for await (const account of plan.accounts())
    if (ledgers.has(ledgerName(account.customer.id, account.currency)))
      if (isOfTaking !== true || isTaking(account)) accounts.push(account);
  const plannedAt = parseInstant(plan.header.planned_at) ?? 0;
  const found = await mapConcurrently(accounts, ledgersAtATime, async (account) => {
    const later = await unlessAbsent(() => laterIn(account, plannedAt, connection));
    return later ?? { ...noneLater, drift: [{ customer: account.customer }] };
  });
  return {
    marked: found.flatMap(({ marked }) => marked),
    metered: new Map(found.flatMap(({ metered }) => [...metered])),
    drift: found.flatMap(({ drift }) => drift),
  };
}

const isTaking = ({ used, voided, expiry_changed }: PlanAccount): boolean =>
  [used, voided, expiry_changed].some((credits) => !isZero(credits));

const noneLater: LaterEntries = { marked: [], metered: new Map(), drift: [] };

async function laterIn(
  account: PlanAccount,
  plannedAt: Instant,
  { api }: DriftSearch['connection'],
): Promise<LaterEntries> {
  const { customer, currency, ledger_entry_id: known, ledger_sequence_number: number } = account;
  const query = ledgerQuery({ by: 'id', id: customer.id }, { currency }, {});
  const newest = [];
  for await (const entry of api.entries(query, { limit: 1 })) newest.push(entry);
  const [last] = newest;
  if ([last?.record.id, last?.record.ledger_sequence_number].join() === [known, number].join())
    return noneLater;
  const later = [];
  for await (const entry of api.entries(query, {})) {
    later.push(entry);
    if (entry.record.id === known) break;
  }
  const found = later.at(-1)?.record.id === known ? later.pop() : undefined;
  const isWhole = found !== undefined || known === null;
  // Without the entry that the plan knows, only the date decides: a deletion removed it, or metering wrote it anew.
  const since = later.filter(
    ({ record }) => isWhole || (parseInstant(record.created_at) ?? plannedAt) >= plannedAt,
  );
  const changes =
    isWhole || since.length > 0
      ? since
      : newest.filter(({ record, document }) => isMetered(record, document));
  // Nothing but a deletion gives an entry another number.
  const isDeleted = isWhole ? found && found.record.ledger_sequence_number !== number : changes.length === 0;
  const marked: LaterEntries['marked'][number][] = [];
  const metered = new Map<string, LaterEntry>();
  const drift: Drift[] = isDeleted ? [{ customer, isBlock: true }] : [];
  for (const { record: entry, document } of changes) {
    const mark = entry.metadata[markerName];
    if (mark !== undefined) marked.push({ customer, entry, mark });
    else if (isMetered(entry, document)) metered.set(entry.credit_block.id, { customer, entry });
    else drift.push({ customer, entry });
  }
  return { marked, metered, drift };
}

/**
 * Entries of metering and expiry that leave less in a block than rows void: the API would then reverse the revenue of used
 * credits. @param voids rows that are not sent yet
 */
export async function voidedSince(
  voids: readonly { readonly request: Pick<ApiRequest, 'body'> }[],
  metered: LaterEntries['metered'],
  { api }: Pick<Connection, 'api'>,
): Promise<readonly LaterEntry[]> {
  const wanted = new Map<string, Amount>();
  for (const { body = {} } of voids.map(({ request }) => request)) {
    const amount = amountFromText(numberText(body.amount) ?? '') ?? zero;
    wanted.set(String(body.block_id), add(wanted.get(String(body.block_id)) ?? zero, amount));
  }
  const used = await mapConcurrently(wanted, ledgersAtATime, async ([id, amount]) => {
    const since = metered.get(id);
    const left = await leftIn(id, api);
    return since !== undefined && left !== undefined && compare(amount, left) > 0 ? [since] : [];
  });
  return used.flat();
}

/** A block's balance; `undefined` if the block is gone, for which the API refuses the rows. */
const leftIn = (block: string, api: Connection['api']): Promise<Amount | undefined> =>
  unlessAbsent(async () => (await api.block(block)).record.balance);

/** Metering and expiry create entries automatically, at any time. */
function isMetered({ entry_type: type }: LedgerEntry, document: Json): boolean {
  if (type === 'credit_block_expiry') return true;
  if (!isJsonObject(document)) return false;
  return type === 'decrement' && (isFilled(document.price_id) || isFilled(document.invoice_id));
}

const isFilled = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';
