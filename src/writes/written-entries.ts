// Finds the entries that a write made, including those that its answer omits, and shows them.
import type { CustomerRef, LedgerEntry } from '../credits/customer.ts';
import {
  type Amount,
  add,
  agreeTo15Digits,
  amountFromText,
  compare,
  type Instant,
  timeOf,
  zero,
} from '../credits/exact.ts';
import { CreditctlError } from '../errors.ts';
import type { Row } from '../output/view.ts';
import { type LedgerListDraft, ledgerQuery } from '../requests/ledger-query.ts';
import type { Written } from '../runtime/after-write.ts';
import { type ShowOptions, show } from '../runtime/show.ts';
import { entriesView } from '../views/entries.ts';
import { type JsonObject, numberText } from '../wire/json.ts';
import { customerZone } from './customer.ts';
import type { SubmitContext } from './submission.ts';

export type EntryRow = Row<LedgerEntry>;

interface WrittenWhere extends SubmitContext {
  readonly body: JsonObject;
  readonly customer: CustomerRef;
}

/** Most recent entries searched: for the other parts of a decrement, and for the entry after a void or expiry. */
const spannedMax = 100;
const followersMax = 10;

type EntryOutput = ShowOptions<LedgerEntry>['choice'];

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

/** The entries that a format shows: in JSON and YAML the API's answer, in other formats all entries of the write. */
export const shownEntries = async (
  answer: EntryRow,
  choice: EntryOutput,
  where: WrittenWhere,
): Promise<readonly EntryRow[]> => (isOneDocument(choice) ? [answer] : writtenEntries(answer, where));

const isOneDocument = ({ format }: EntryOutput): boolean => format === 'json' || format === 'yaml';

/**
 * All entries of a write, of which the API answers only one: the last for a decrement over several blocks (Orb docs:
 * deduction order), `void_initiated` for a void, and `expiration_change` for an immediate expiry.
 */
async function writtenEntries(answer: EntryRow, where: WrittenWhere): Promise<readonly EntryRow[]> {
  const { record } = answer;
  const wanted = amountFromText(numberText(where.body.amount) ?? '') ?? zero;
  const isSpanned = record.entry_type === 'decrement' && !isWhole(record.amount, wanted);
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
    // The write succeeded, so a failed look at its entries must not look like a failed write.
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

/** Whether the entries of a write add up to its amount, as far as the API keeps the digits. */
export const isWhole = (total: Amount, wanted: Amount): boolean =>
  compare(total, wanted) >= 0 || agreeTo15Digits(total, wanted);

/** The newest decrements, up to the answered one, that add up to the wanted amount. */
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
    if (isWhole(total, wanted)) return rows;
  }
  return [answer];
}

/** From the type of an answered entry to the type of the entry that the ledger adds right after it. */
const followers: Readonly<Record<string, string>> = {
  void_initiated: 'void',
  expiration_change: 'credit_block_expiry',
};

/** Whether the ledger adds an entry after this one: always for a void, and for a change of expiry that is due now. */
function isFollowed({ entry_type, new_block_expiry_date: expiry }: LedgerEntry, now: Instant): boolean {
  if (entry_type === 'void_initiated') return true;
  const at = timeOf(expiry);
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
