// Plans the undo of a single write: reads its entries and blocks, and builds the writes that undo it.

import { startOfDayIn } from '../credits/calendar.ts';
import {
  type CreditBlock,
  customerRefText,
  type LedgerEntry,
  refOf,
  unitAfter,
} from '../credits/customer.ts';
import { type Amount, add, minuteText, zero } from '../credits/exact.ts';
import { type CreditctlError, notApplied, valueArgs } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { ledgerLine } from '../requests/command-args.ts';
import { entryRequest } from '../requests/entry-request.ts';
import { ledgerQuery } from '../requests/ledger-query.ts';
import { amountIn, type Effect, effectOf } from '../requests/prediction.ts';
import { markerName, mayBeAnswer, raisedInvoices } from '../requests/request.ts';
import { type JsonObject, numberText } from '../wire/json.ts';
import { customerBlocks } from '../writes/customer.ts';
import { entryWording } from '../writes/entry-effect.ts';
import type { PlannedWrite, Together } from '../writes/execute.ts';
import { type EntryRow, isWhole } from '../writes/written-entries.ts';
import { inverse } from './inverse.ts';
import { movedBy } from './inverse-parts.ts';
import { cannotBeUndone, type MadeEntry, type UndoTarget } from './target.ts';
import { stepsBack } from './undo-key.ts';

export interface UndoOptions {
  readonly description: string | undefined;
  /** The equivalent command line without prompts; `undefined` if no prompt was shown. */
  readonly equivalentArgs: readonly string[] | undefined;
  /** Keys of steps that an earlier run left open and this run settled. */
  readonly late: ReadonlySet<string>;
  /** Called with the undo writes that an error reports as done. */
  readonly onReported: (done: UndoTarget['undoing']) => Promise<void>;
}

/** The writes that undo one write, with their total and notes. */
export interface UndoPlan extends Together {
  readonly writes: readonly PlannedWrite<EntryRow>[];
}

/**
 * Throws a `failure` with the reasons if no part of the write can be undone, or the whole write is undone
 * already. The plan has no writes if the `late` steps were the only ones left.
 */
export async function planUndo(
  target: UndoTarget,
  { description, late, equivalentArgs, onReported }: UndoOptions,
  connection: Connection,
): Promise<UndoPlan> {
  const history = await undoHistory(target, connection);
  const open = entriesNotUndone(target, history);
  if (open.length === 0 && history.entries.length > 0) {
    if (late.size > 0) return { writes: [], total: zero, notes: [] };
    await onReported(target.undoing.filter(({ state }) => state === 'settled'));
    throw undoneAlready(target, history);
  }
  const { since, invoices } = history;
  const { currency } = target.made;
  const { record } = await connection.api.customer(target.customer);
  const { timezone: zone, currency: money, name } = record;
  const customer = refOf(record);
  const blocks = await customerBlocks(connection, target.customer, { currency, all: true });
  const now = connection.now();
  // As in the undo of a batch, credits of a row's grant that went to another block stay where they are.
  const mayHaveMoved = !target.isRow && since.some(({ entry_type: type }) => type === 'expiration_change');
  const isNeeded =
    target.made.type === 'expiration_change' || (target.made.type === 'increment' && mayHaveMoved);
  const making = isNeeded ? await makingOf(target, connection) : [];
  const found = inverse({ body: target.body, entries: open }, { blocks, now, zone, since, making });
  if (found.steps.length === 0) throw cannotUndo(found.cannot, { ...target, customer });
  const why = description ?? target.why;
  const partsLeft = found.steps.length + (target.isRow && found.cannot.length > 0 ? 1 : 0);
  const writes = withEffects(found.steps, blocks, { now, zone }).map(({ step, effect }, index) => {
    const body = { ...step, description: why };
    return {
      request: entryRequest(target.customer, body),
      ...entryWording(body, { customer, name, purpose: 'undo' }),
      zone,
      hasOwnText: description === undefined,
      effect: async () => ({ effect, zone, money }),
      read: connection.api.entryOf,
      equivalentArgs,
      key: target.keyOf(step),
      undoing: { undoes: target.key, toFollow: partsLeft - 1 - index },
    };
  });
  return {
    writes,
    total: movedBy(found),
    notes: [
      // `last` may not be the write that the person means, and the undo of a void is titled as a grant.
      `Undoes the ${writeName({ ...target, customer })}, by ${target.who} on ${minuteText(target.at)}`,
      ...found.cannot.map((sentence) => `Not undone: ${sentence}`),
      ...(found.beside === undefined
        ? []
        : [[`Not undone: ${found.beside}`, ...invoices.map(toVoid)].join(' ')]),
    ],
  };
}

const toVoid = (invoice: string): string => `To void it: creditctl invoices void ${valueArgs(invoice)}`;

/** Entries of the write that are not undone yet, according to the record and the ledger. */
function entriesNotUndone(target: UndoTarget, { entries, since }: UndoHistory): readonly LedgerEntry[] {
  const { undoing, body, keyOf } = target;
  const done = new Set([
    ...undoing.flatMap(({ state, key }) => (state === 'settled' ? [key] : [])),
    ...since.flatMap(({ metadata }) => metadata[markerName] ?? []),
  ]);
  return entries.filter((entry) => !stepsBack(body, entry, since).some((step) => done.has(keyOf(step))));
}

function undoneAlready({ body, keyOf, undoing }: UndoTarget, history: UndoHistory): CreditctlError {
  const last = undoing.findLast(({ state }) => state === 'settled');
  if (last !== undefined) return undoneOn(`${minuteText(last.notedAt)}, by ${last.who}`, last.key);
  // Another record holds the undo, so its date and key come from the ledger.
  const { entries, since } = history;
  const keys = new Set(entries.flatMap((entry) => stepsBack(body, entry, since)).map(keyOf));
  const entry = since.findLast(({ metadata }) => keys.has(metadata[markerName] ?? ''));
  return undoneOn(
    entry === undefined ? 'a day that is not known' : minuteText(entry.created_at),
    entry?.metadata[markerName] ?? '',
  );
}

const undoneOn = (when: string, key: string): CreditctlError =>
  notApplied('failure', `This write was already undone on ${when}`, [
    `creditctl history show ${valueArgs(key)}`,
    'To undo another write, give its entry or key: creditctl history list',
  ]);

/** Each step with its effect, simulated on the blocks that the previous step leaves. */
function withEffects(
  steps: readonly JsonObject[],
  before: readonly CreditBlock[],
  { now, zone }: { readonly now: number; readonly zone: string },
): readonly { readonly step: JsonObject; readonly effect: Effect }[] {
  let blocks = before;
  return steps.map((step) => {
    const effect = effectOf(step, {
      blocks,
      now,
      startOfDay: startOfDayIn(zone),
    });
    const after = new Map(effect.moves.map(({ block, after: balance }) => [block, balance]));
    blocks = blocks.map((block) => ({ ...block, balance: after.get(block.id) ?? block.balance }));
    return { step, effect };
  });
}

const nouns: Readonly<Record<string, string>> = {
  increment: 'grant',
  decrement: 'deduction',
  expiration_change: 'change of expiry',
};

/** "grant of 50 credits for globex" */
function writeName({ customer, body, made }: UndoTarget): string {
  const amount = numberText(body.amount) ?? 'all';
  const credits = `${amount} ${unitAfter(amount, made.currency)}`;
  return `${nouns[made.type] ?? made.type} of ${credits} for ${customerRefText(customer)}`;
}

/** Names the write, because `last` may not be the write that the person means. */
const cannotUndo = (reasons: readonly string[], target: UndoTarget): CreditctlError =>
  cannotBeUndone(`The ${writeName(target)} cannot be undone. ${reasons.join(' ')}`, [
    // The credits may be in another block, which this command shows.
    ledgerLine(
      'See where the credits are: creditctl blocks list <customer>',
      target.customer,
      target.made.currency,
    ),
  ]);

/** The entries of a write, and the later entries in its currency. */
interface UndoHistory {
  /** Every entry that the write made, oldest first; empty if the ledger no longer lists them. */
  readonly entries: readonly LedgerEntry[];
  /** The ids of the invoices that these entries raised. */
  readonly invoices: readonly string[];
  /** Every later entry in the write's currency, oldest first. */
  readonly since: readonly LedgerEntry[];
}

/**
 * Reads the ledger from the newest entry back to the write's entries. The API answers a decrement with the last of its
 * entries; earlier ones belong to it until their sum reaches the requested amount (Orb docs: deduction order).
 */
async function undoHistory(
  { customer, body, made }: Pick<UndoTarget, 'customer' | 'body' | 'made'>,
  { api }: Connection,
): Promise<UndoHistory> {
  const { currency } = made;
  const wanted = amountIn(body) ?? zero;
  const isSpanning = made.type === 'decrement';
  const since: LedgerEntry[] = [];
  const entries: LedgerEntry[] = [];
  const invoices: string[] = [];
  let total: Amount = zero;
  for await (const { record: entry, document } of api.entries(ledgerQuery(customer, { currency }, {}), {})) {
    if (entries.length === 0 && !isMade(entry, made)) since.push(entry);
    else if (entries.length === 0 || (isSpanning && isPart(entry, made))) {
      entries.unshift(entry);
      invoices.push(...raisedInvoices(document));
      total = add(total, entry.amount);
    }
    if (entries.length > 0 && (!isSpanning || isWhole(total, wanted))) break;
  }
  return { entries, invoices, since: entries.length === 0 ? [] : since.reverse() };
}

/** Entries that created blocks, without blocks that the API creates automatically. */
async function makingOf(
  { customer, made: { currency } }: Pick<UndoTarget, 'customer' | 'made'>,
  { api }: Connection,
): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (const type of ['increment', 'expiration_change'])
    for await (const { record } of api.entries(ledgerQuery(customer, { type, currency }, {}), {}))
      entries.push(record);
  return entries;
}

/** The record may name no entry, as after a person stated the outcome, or another entry of the same write. */
const isMade = (entry: LedgerEntry, { id, mark }: MadeEntry): boolean =>
  mayBeAnswer(entry) && (entry.id === id || (mark !== undefined && entry.metadata[markerName] === mark));

/** An entry with another write's mark never belongs to this write, even if the amounts add up. */
function isPart({ entry_type, metadata }: LedgerEntry, made: MadeEntry): boolean {
  const mark = metadata[markerName];
  return entry_type === 'decrement' && (mark === undefined || mark === made.mark);
}
