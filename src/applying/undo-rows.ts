// The writes that take the rows of one customer back: the newest first, each by the inverse of what it did.
import type { PlanRow } from '../batch/plan-lines.ts';
import type { Connection } from '../connection.ts';
import { add, amountFromText, isPositive, subtract, sum, zero } from '../credits/amount.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { defaultCurrency, type LedgerEntry } from '../credits/entry.ts';
import { customerBlocks } from '../reading/customer-blocks.ts';
import { customerZone } from '../reading/customer-zone.ts';
import { entryRequest } from '../requests/entry-request.ts';
import { ledgerQuery } from '../requests/ledger-query.ts';
import { markerName } from '../requests/marker.ts';
import { inverse } from '../undo/inverse.ts';
import { rowUndoKey, rowUndoReason, stepsBack, undoPrefix } from '../undo/undo-key.ts';
import { type JsonObject, numberText } from '../wire/json.ts';
import type { CarriedRow } from './carry-rows.ts';
import type { RowStates } from './row-states.ts';
import { isDone } from './survey.ts';

/** The rows of one customer in one currency that are in the ledger, in the order of the plan. */
export interface UndoAccount {
  readonly customer: PlanRow['customer'];
  readonly currency: string;
  readonly rows: PlanRow[];
}

export interface RowUndo {
  readonly row: PlanRow;
  /** What is to be sent; nothing where all of it was before. */
  readonly writes: readonly CarriedRow[];
  /** Writes that took it back before. */
  readonly before: number;
  /** What cannot be taken back, a sentence each. */
  readonly cannot: readonly string[];
}

export function addToAccounts(row: PlanRow, accounts: Map<string, UndoAccount>): void {
  const { currency: said } = row.request.body;
  const currency = typeof said === 'string' ? said : defaultCurrency;
  const name = `${row.customer.id} ${currency}`;
  const account = accounts.get(name) ?? { customer: row.customer, currency, rows: [] };
  accounts.set(name, account);
  account.rows.push(row);
}

/** Grants each have a block of their own, so that taking one back changes nothing for the next. */
export const isOfGrants = ({ rows }: UndoAccount): boolean =>
  rows.every(({ request }) => request.body.entry_type === 'increment');

export interface UndoContext {
  readonly connection: Connection;
  readonly batch: string;
  /** The writes that took rows back before, by their keys; those found in the ledger are noted there. */
  readonly undone: RowStates;
  /** Told of each such write that is in the ledger and not in the journal. */
  readonly onFound: (key: string, entry: LedgerEntry) => void;
}

/** Looks the account up as it is now. */
export async function undoOf(account: UndoAccount, context: UndoContext): Promise<readonly RowUndo[]> {
  const { connection } = context;
  const ref: CustomerRef = { by: 'id', id: account.customer.id };
  const { currency } = account;
  const all = await entriesOf(ref, account, context);
  const entries = byMark(all);
  const blocks = await customerBlocks(connection, ref, { currency, all: true });
  const present = { blocks, now: connection.now(), zone: await customerZone(connection, ref) };
  return account.rows.toReversed().map((row) => {
    const { body } = row.request;
    const made = entries.get(row.key) ?? [];
    const last = made.at(-1);
    const since = last === undefined ? [] : all.slice(all.indexOf(last) + 1);
    const { steps, cannot } = inverse({ body, entries: made }, { ...present, since });
    const writes = steps.map((step) => writeOf(step, row, context.batch));
    const keys = undoKeys(made, since, { row, batch: context.batch });
    const before = new Set(
      [...keys, ...writes.map(({ key }) => key)].filter((key) => isDone(context.undone.get(key))),
    );
    return {
      row,
      writes: writes.filter(({ key }) => !before.has(key)),
      before: before.size,
      // What was taken back before is no longer there, which is no news; what was missing then still is.
      cannot: before.size > 0 ? stillMissing(row, { before, entries, steps }) : cannot,
    };
  });
}

interface Partly {
  readonly before: ReadonlySet<string>;
  readonly entries: ReadonlyMap<string, readonly LedgerEntry[]>;
  readonly steps: readonly JsonObject[];
}

/** What neither earlier writes took back nor those of now will. */
function stillMissing({ request }: PlanRow, { before, entries, steps }: Partly): readonly string[] {
  const wanted = amountFromText(numberText(request.body.amount) ?? '');
  if (wanted === undefined) return [];
  const done = [...before].map((key) => {
    const [entry] = entries.get(key) ?? [];
    return entry?.void_amount ?? entry?.amount ?? zero;
  });
  const coming = steps.map(({ amount }) => amountFromText(numberText(amount) ?? '') ?? zero);
  const missing = subtract(wanted, add(sum(done), sum(coming)));
  return isPositive(missing)
    ? [`${missing} of the ${wanted} credits were used or moved since, and stay as they are.`]
    : [];
}

/** The keys under which a row may have been taken back: one for each entry that it made. */
const undoKeys = (
  made: readonly LedgerEntry[],
  since: readonly LedgerEntry[],
  { row, batch }: { readonly row: PlanRow; readonly batch: string },
): readonly string[] => {
  const undoings = since.filter(({ metadata }) => metadata[markerName]?.startsWith(undoPrefix) === true);
  const steps = made.flatMap((entry) => stepsBack(row.request.body, entry, undoings));
  return steps.map((step) => rowUndoKey(batch, row.key, step));
};

/** The whole ledger of the account, oldest first; what took rows back before is told of. */
async function entriesOf(
  ref: CustomerRef,
  { currency }: UndoAccount,
  { connection, undone, onFound }: UndoContext,
): Promise<readonly LedgerEntry[]> {
  const all: LedgerEntry[] = [];
  for await (const { record } of connection.api.entries(ledgerQuery(ref, { currency }, {}), {})) {
    const key = record.metadata[markerName];
    if (key?.startsWith(undoPrefix) === true && !isDone(undone.get(key))) onFound(key, record);
    all.push(record);
  }
  return all.reverse();
}

/** In the same order, by the key that each carries. */
function byMark(all: readonly LedgerEntry[]): ReadonlyMap<string, readonly LedgerEntry[]> {
  const found = new Map<string, LedgerEntry[]>();
  for (const entry of all) {
    const key = entry.metadata[markerName];
    if (key === undefined) continue;
    const made = found.get(key) ?? [];
    found.set(key, made);
    made.push(entry);
  }
  return found;
}

function writeOf(step: JsonObject, row: PlanRow, batch: string): CarriedRow {
  const body = { ...step, description: rowUndoReason(batch, row.row) };
  const { path, body: sent = {} } = entryRequest({ by: 'id', id: row.customer.id }, body);
  return {
    row: row.row,
    key: rowUndoKey(batch, row.key, step),
    customer: row.customer,
    request: { method: 'POST', path, body: sent },
  };
}
