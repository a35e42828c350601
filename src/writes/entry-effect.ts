// What an entry does: in words and figures before it is written, and the entries that it made, also those its answer leaves out.

import { startOfDayIn } from '../credits/calendar.ts';
import {
  type CreditBlock,
  type Customer,
  type CustomerRef,
  customerRefText,
  defaultCurrency,
  type LedgerEntry,
} from '../credits/customer.ts';
import {
  type Amount,
  add,
  amountFromText,
  compare,
  groupedDigits,
  type Instant,
  parseInstant,
  zero,
} from '../credits/exact.ts';
import { CreditctlError, type Written } from '../errors.ts';
import type { Row } from '../output/view.ts';
import type { BlockPurpose } from '../requests/block-purpose.ts';
import { type LedgerListDraft, ledgerQuery } from '../requests/ledger-query.ts';
import { type Effect, effectOf, mayTakeMoreThanLeft } from '../requests/prediction.ts';
import { type Showing, show } from '../runtime/show.ts';
import { entriesView } from '../views/entries.ts';
import { type JsonObject, numberText } from '../wire/json.ts';
import { blocksWith, customerZone } from './customer.ts';
import type { SubmitContext } from './submission.ts';

export type EntryTarget = Pick<WrittenWhere, 'connection' | 'customer'>;

/** What the write will do, in the customer's zone and currency, which are fetched if they are not known yet. */
export async function predictEntry(
  body: JsonObject,
  known: Pick<Customer, 'timezone' | 'currency'> | undefined,
  { connection, customer }: EntryTarget,
): Promise<Prediction> {
  const asked = known === undefined ? (await connection.api.customer(customer)).record : undefined;
  const { timezone: zone, currency: money } = known ?? asked ?? { timezone: 'UTC', currency: null };
  const blocks = await blocksWith(connection, customer, {
    currency: textIn(body, 'currency'),
    id: textIn(body, 'block_id'),
  });
  const effect = effectOf(body, {
    blocks,
    now: connection.now(),
    startOfDay: startOfDayIn(zone),
  });
  return { effect, zone, money, name: asked?.name, impossible: beyondBlock(body, blocks) };
}

export interface EntryTitle {
  readonly customer: CustomerRef;
  readonly purpose: BlockPurpose | undefined;
  /** For a question to a person: the customer's name is said too, where it is known, and digits stand in groups. */
  readonly asked?: { readonly name: string | undefined };
}

/** What an entry does in one line: "Grant 100 credits to acme". */
export function entryTitle(body: JsonObject, { customer, purpose, asked }: EntryTitle): string {
  const number = numberText(body.amount);
  const amount = number === undefined || asked === undefined ? number : groupedDigits(number);
  const credits = `${amount ?? 'all'} ${textIn(body, 'currency') ?? defaultCurrency}`;
  const ref = customerRefText(customer);
  const who = asked?.name === undefined || asked.name === ref ? ref : `${ref} (${asked.name})`;
  const block = textIn(body, 'block_id');
  const inBlock = block === undefined ? '' : ` in block ${block}`;
  switch (body.entry_type) {
    case 'increment':
      return `Grant ${credits} to ${who}`;
    case 'decrement':
      return `Use ${credits} of ${who}`;
    case 'expiration_change':
      return purpose === 'extend'
        ? `Extend ${credits}${inBlock} of ${who} to ${String(body.target_expiry_date)}`
        : `Expire ${credits}${inBlock} of ${who} on ${String(body.target_expiry_date)}`;
    case 'void':
      return `Void ${credits} of ${who}${inBlock}`;
    default:
      return `Give ${credits} back to ${who}${inBlock}`;
  }
}

function textIn(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

export interface Prediction {
  readonly effect: Effect;
  readonly zone: string;
  /** The customer's currency, `null` before there is one. */
  readonly money: string | null;
  /** The customer's name, where the prediction asked for it. */
  readonly name?: string | undefined;
  /** Why the write can never work, if that is so. */
  readonly impossible?: string | undefined;
}

/** Throws a `refused` error rather than ask a person about a write that the API is sure to refuse. */
export function checkPossible(prediction: Prediction | undefined): void {
  if (prediction?.impossible === undefined) return;
  const message = `The write cannot work: ${prediction.impossible}. Nothing was written`;
  throw new CreditctlError('refused', message, { applied: 'no', retrySafe: true });
}

/**
 * Throws a `refused` error if the write would now do something that the person was not shown: credits were used since.
 * @param shown what the person agreed to
 */
export async function checkUnmoved(body: JsonObject, shown: Prediction, target: EntryTarget): Promise<void> {
  if (!mayTakeMoreThanLeft(body)) return;
  const { effect } = await predictEntry(body, { timezone: shown.zone, currency: shown.money }, target);
  const terms = ({ revenue, notes }: Effect): string => JSON.stringify([revenue, notes]);
  if (terms(effect) === terms(shown.effect)) return;
  const { currency, balanceBefore: was } = shown.effect;
  const moved = `the balance of ${customerRefText(target.customer)} was ${was} ${currency} and is ${effect.balanceBefore}`;
  const message = `Credits moved while you were asked: ${moved}. Nothing was written`;
  throw new CreditctlError('refused', message, {
    applied: 'no',
    retrySafe: true,
    next: ['Run the same command again: it shows what the write does now'],
  });
}

/**
 * Why a write can never work, whatever was written before it: it moves more than its block was granted. A retry of a
 * write whose outcome is not known may look impossible in other ways, so those are left to the API.
 */
export function beyondBlock(body: JsonObject, blocks: readonly CreditBlock[]): string | undefined {
  const wanted = amountFromText(numberText(body.amount) ?? '');
  const block = blocks.find(({ id }) => id === body.block_id);
  const initial = block?.maximum_initial_balance ?? null;
  if (block === undefined || wanted === undefined || initial === null || compare(wanted, initial) <= 0)
    return undefined;
  return `${wanted} is more than the ${initial} granted in block ${block.id}; ${block.balance} are left`;
}

export type EntryRow = Row<LedgerEntry>;

export interface WrittenWhere extends SubmitContext {
  readonly body: JsonObject;
  readonly customer: CustomerRef;
}

/** As many newest entries as are searched for the others of a decrement, and for the one that follows another write. */
const spannedMax = 100;
const followersMax = 10;

type EntryOutput = Showing<LedgerEntry>['choice'];

/** Shows what a write made. */
export async function showWritten(
  answer: EntryRow,
  choice: EntryOutput,
  where: WrittenWhere & { readonly written: Written },
): Promise<void> {
  const zone = (): Promise<string> => customerZone(where.connection, where.customer);
  const shape = isOneDocument(choice) ? 'one' : 'list';
  const rows = await shownEntries(answer, choice, where);
  await show(rows, { view: entriesView, shape, choice, zone, written: where.written }, where.runtime);
}

/** What a format shows of a write: as a document the entry that the API answered, as rows every entry that it made. */
export const shownEntries = async (
  answer: EntryRow,
  choice: EntryOutput,
  where: WrittenWhere,
): Promise<readonly EntryRow[]> => (isOneDocument(choice) ? [answer] : writtenEntries(answer, where));

const isOneDocument = ({ format }: EntryOutput): boolean => format === 'json' || format === 'yaml';

/**
 * The API answers a write with one entry, also where it made several: a decrement over several blocks with its last
 * (Orb docs: deduction order), a void with `void_initiated` (§5.4), an expiry that is due at once without the expiry (§5.3).
 */
async function writtenEntries(answer: EntryRow, where: WrittenWhere): Promise<readonly EntryRow[]> {
  const { record } = answer;
  const wanted = amountFromText(numberText(where.body.amount) ?? '') ?? zero;
  const isSpanned = record.entry_type === 'decrement' && compare(record.amount, wanted) < 0;
  if (!isSpanned && !isFollowed(record, where.connection.now())) return [answer];
  try {
    return isSpanned
      ? await spanned(
          newest(where, { type: 'decrement', currency: record.currency }, spannedMax),
          answer,
          wanted,
        )
      : await withFollower(newest(where, { currency: record.currency }, followersMax), answer);
  } catch (error) {
    // The write is done, so a failure to look at it must not look like a failed write.
    if (!(error instanceof CreditctlError)) throw error;
    where.runtime.note({
      text: `The write succeeded, but its other entries could not be listed: ${error.message}`,
      data: { note: 'the other entries of this write cannot be listed', why: error.message },
    });
    return [answer];
  }
}

function newest(
  { connection, customer }: WrittenWhere,
  filter: LedgerListDraft,
  limit: number,
): AsyncIterable<EntryRow> {
  return connection.api.entries(ledgerQuery(customer, filter, {}), { limit });
}

/** The newest decrements up to the answered one that add up to what was wanted. */
async function spanned(
  entries: AsyncIterable<EntryRow>,
  answer: EntryRow,
  wanted: Amount,
): Promise<readonly EntryRow[]> {
  const rows: EntryRow[] = [];
  let total: Amount = zero;
  for await (const row of entries) {
    if (row.record.ledger_sequence_number > answer.record.ledger_sequence_number) continue;
    rows.unshift(row);
    total = add(total, row.record.amount);
    if (compare(total, wanted) >= 0) return rows;
  }
  return [answer];
}

/** The entry that the ledger itself writes right after the answered one. */
const followers: Readonly<Record<string, string>> = {
  void_initiated: 'void',
  expiration_change: 'credit_block_expiry',
};

/** A void always is; a change of expiry, if the credits lapse at once. */
function isFollowed({ entry_type, new_block_expiry_date: expiry }: LedgerEntry, now: Instant): boolean {
  if (entry_type === 'void_initiated') return true;
  const at = typeof expiry === 'string' ? parseInstant(expiry) : undefined;
  return entry_type === 'expiration_change' && at !== undefined && at <= now;
}

async function withFollower(
  entries: AsyncIterable<EntryRow>,
  answer: EntryRow,
): Promise<readonly EntryRow[]> {
  const { ledger_sequence_number: number, entry_type: type } = answer.record;
  for await (const row of entries) {
    if (row.record.ledger_sequence_number <= number) break;
    const isNext = row.record.ledger_sequence_number === number + 1;
    if (isNext && row.record.entry_type === followers[type]) return [answer, row];
  }
  return [answer];
}
