// Writes ledger entries as a journal for hledger, whose balance of the customer equals that of the newest entry.

import { dateAt, dayBeginningAt } from '../../credits/calendar.ts';
import { changeOf, instantOf, type LedgerEntry } from '../../credits/customer.ts';
import { type Amount, isZero, negate, parseInstant, subtract, zero } from '../../credits/exact.ts';
import { cleanLine } from '../../output/shown-text.ts';
import { movementKindOf } from '../../reports/movements.ts';

export interface JournalOf {
  /** Name of the customer, as typed. */
  readonly customer: string;
  /** The customer's IANA zone, in which days begin. */
  readonly zone: string;
}

/**
 * One transaction per entry, in the order of the list, newest first; hledger sorts by date. Entries that a filter or a
 * limit hides become a transaction of their own, so that the balance is right.
 * @param entries of one currency, newest first
 */
export async function* hledgerJournal(
  entries: AsyncIterable<LedgerEntry>,
  of: JournalOf,
): AsyncGenerator<string> {
  yield '; Credits, written by creditctl ledger list\ndecimal-mark .\n';
  let newer: LedgerEntry | undefined;
  for await (const entry of entries) {
    if (newer !== undefined) yield* unlisted(newer, entry.ending_balance, of);
    yield transaction(entry, of);
    newer = entry;
  }
  if (newer !== undefined) yield* unlisted(newer, zero, of);
}

/** The balance change of unlisted entries, which came just before a listed entry. */
function* unlisted(entry: LedgerEntry, ended: Amount, of: JournalOf): Generator<string> {
  const change = subtract(entry.starting_balance, ended);
  if (isZero(change)) return;
  const first = `${dayOf(entry, of)} * Entries that are not listed`;
  yield `\n${first}\n${postings(change, { entry, counter: 'not listed', of })}`;
}

function transaction(entry: LedgerEntry, of: JournalOf): string {
  const status = entry.entry_status === 'committed' ? '*' : '!';
  const description = entry.description === null ? [] : [plain(entry.description)];
  const payee = [plain(entry.entry_type), ...description].join(' | ');
  const first = `${dayOf(entry, of)} ${status} (${entry.ledger_sequence_number}) ${payee}`;
  const tags = tagsOf(entry, of).map(([name, value]) => `    ; ${name}: ${plain(value)}\n`);
  const counter = movementKindOf(entry.entry_type);
  return `\n${first}\n${tags.join('')}${postings(changeOf(entry), { entry, counter, of })}`;
}

interface Posting {
  readonly entry: LedgerEntry;
  readonly counter: string;
  readonly of: JournalOf;
}

function postings(change: Amount, { entry, counter, of }: Posting): string {
  const unit = `"${plain(entry.currency).replaceAll('"', '')}"`;
  return `    customers:${accountPart(of.customer)}  ${change} ${unit}\n    credits:${counter}  ${negate(change)} ${unit}\n`;
}

function tagsOf(entry: LedgerEntry, { zone }: JournalOf): readonly (readonly [string, string])[] {
  const { id, credit_block: block } = entry;
  const costBasis = block.per_unit_cost_basis;
  const metadata = Object.entries(entry.metadata).filter(([key]) => /^[A-Za-z][\w-]*$/.test(key));
  return [
    ['entry', id],
    ['block', block.id],
    ...(block.expiry_date === null ? [] : [['expires', expiryOf(block.expiry_date, zone)] as const]),
    ...(costBasis === null ? [] : [['cost-basis', costBasis] as const]),
    // A tag named `date` would change the date of the transaction.
    ...metadata.map(([key, value]) => [`metadata-${key}`, value] as const),
  ];
}

/** The day on which the credits expire, or the instant if no day begins then. */
function expiryOf(text: string, zone: string): string {
  const at = parseInstant(text);
  return (at === undefined ? undefined : dayBeginningAt(at, zone)) ?? text;
}

const dayOf = (entry: LedgerEntry, { zone }: JournalOf): string => dateAt(instantOf(entry), zone);

/** One line without the characters that begin a comment or end a tag. */
const plain = (text: string): string => cleanLine(text).replace(/[;,]/g, ' ').replace(/\s+/g, ' ').trim();

/** A colon would divide the account name, and two spaces would end it. */
const accountPart = (text: string): string => plain(text).replaceAll(':', '_') || '_';
