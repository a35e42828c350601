// Writes the line that ends a write: what was done, for which customer, and the new balance.
import { dayOf } from '../credits/calendar.ts';
import { customerRefText, unitAfter } from '../credits/customer.ts';
import { timeOf } from '../credits/exact.ts';
import { type ApiRequest, customerOf, nameInAnswer, raisedInvoices } from '../requests/request.ts';
import { isJsonObject, type Json, type JsonObject, numberText } from '../wire/json.ts';

export interface DoneWrite {
  readonly request: ApiRequest;
  /** What the write does, as it was announced: "Delete alert x". */
  readonly title: string;
  /** The document with which the API answered. */
  readonly document: Json;
  /** The customer's time zone, where it is known: without it, an expiry is shown as the API returned it. */
  readonly zone: string | undefined;
  /** An earlier run made the write, and this run wrote nothing. */
  readonly isEarlier: boolean;
}

/** "✓ Granted 50 credits to globex (balance 150, expires 2027-01-31)" */
export function doneLine(done: DoneWrite): string {
  const { title, document } = done;
  const sentence = entrySentence(done);
  if (sentence === undefined || !isJsonObject(document)) return check(inThePast(title), done);
  const facts = [
    ...[balanceText(done, document), waitingText(done, document), expiryText(done, document)],
    ...raisedInvoices(document).map((id) => `invoice ${id}`),
  ].filter((text) => text !== undefined);
  const about = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return check(`${sentence}${about}`, done);
}

const check = (sentence: string, { isEarlier }: DoneWrite): string =>
  isEarlier ? `✓ Already ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : `✓ ${sentence}`;

/** "Granted 50 credits to globex"; `undefined` for a write that makes no ledger entry. */
export function entrySentence(done: Pick<DoneWrite, 'request' | 'document' | 'zone'>): string | undefined {
  const { request, document: entry } = done;
  const customer = customerOf(request);
  if (customer === undefined || !isJsonObject(entry)) return undefined;
  const who = nameInAnswer(customerRefText(customer), entry);
  const asked = request.body ?? {};
  const amount = numberText(asked.amount) ?? numberText(entry.amount) ?? 'all';
  const credits = `${amount} ${unitAfter(amount, String(entry.currency))}`;
  switch (asked.entry_type) {
    case 'increment':
      return `Granted ${credits} to ${who}`;
    case 'decrement':
      return `Deducted ${credits} from ${who}`;
    case 'void':
      return `Voided ${credits} of ${who}`;
    case 'expiration_change':
      if (isDueAtOnce(entry)) return `Expired ${credits} of ${who}`;
      return isLater(entry)
        ? `Extended ${credits} of ${who} to ${newExpiry(done, entry)}`
        : `Changed the expiry of ${credits} of ${who}`;
    default:
      return `Gave ${credits} back to ${who}`;
  }
}

/**
 * The ending balance; `undefined` for a void and for a change to a past expiry, which the API answers with the entry
 * before the one that takes the credits out (contract: void, expiration_change).
 */
function balanceText({ request, isEarlier }: DoneWrite, entry: JsonObject): string | undefined {
  const text = numberText(entry.ending_balance);
  const isFollowed = request.body?.entry_type === 'void' || isDueAtOnce(entry);
  if (text === undefined || isFollowed) return undefined;
  // Later entries may have changed the balance since an earlier write.
  return `${isEarlier ? 'balance then' : 'balance'} ${text}`;
}

/** Why a grant is not in the balance yet. */
function waitingText({ request, zone }: DoneWrite, entry: JsonObject): string | undefined {
  const { entry_type: type, effective_date: effective, invoice_settings: invoice } = request.body ?? {};
  const starting = numberText(entry.starting_balance);
  if (type !== 'increment' || starting === undefined || starting !== numberText(entry.ending_balance))
    return undefined;
  if (isJsonObject(invoice) && invoice.require_successful_payment === true) return 'waits for its payment';
  return typeof effective === 'string' ? `effective ${dayText(effective, zone)}` : undefined;
}

function isDueAtOnce({ new_block_expiry_date: expiry, created_at: created }: JsonObject): boolean {
  const [due, at] = [timeOf(expiry), timeOf(created)];
  return due !== undefined && at !== undefined && due <= at;
}

/** Whether an expiry became later; `false` for credits that never expired before. */
function isLater(entry: JsonObject): boolean {
  const [due, before] = [timeOf(entry.new_block_expiry_date), timeOf(blockOf(entry).expiry_date)];
  return due !== undefined && before !== undefined && due > before;
}

const blockOf = ({ credit_block: block }: JsonObject): JsonObject => (isJsonObject(block) ? block : {});

function expiryText(done: DoneWrite, entry: JsonObject): string | undefined {
  const type = done.request.body?.entry_type;
  const isSaid = isDueAtOnce(entry) || isLater(entry);
  if (type !== 'increment' && (type !== 'expiration_change' || isSaid)) return undefined;
  const day = newExpiry(done, entry);
  return day === undefined ? undefined : `expires ${day}`;
}

/** The new expiry, as a day in the customer's zone if the zone or the requested day is known. */
function newExpiry(
  { request: { body = {} }, zone }: Pick<DoneWrite, 'request' | 'zone'>,
  entry: JsonObject,
): string | undefined {
  // The requested day is a day in the customer's zone.
  if (zone === undefined && typeof body.target_expiry_date === 'string') return body.target_expiry_date;
  const expiry = body.entry_type === 'increment' ? blockOf(entry).expiry_date : entry.new_block_expiry_date;
  return typeof expiry === 'string' ? dayText(expiry, zone) : undefined;
}

const dayText = (text: string, zone: string | undefined): string =>
  (zone === undefined ? undefined : dayOf(text, zone)) ?? text;

const irregular: Readonly<Record<string, string>> = { Buy: 'Arranged to buy', Send: 'Sent' };

/** "Delete alert x" as "Deleted alert x". */
function inThePast(title: string): string {
  const [verb = '', ...rest] = title.split(' ');
  const past = irregular[verb] ?? (verb.endsWith('e') ? `${verb}d` : `${verb}ed`);
  return [past, ...rest].join(' ');
}
