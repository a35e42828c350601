// What a write counts for against the caps of a day, and the caps that the record checks when it notes it.
import { type Amount, add, isPositive, zero } from '../credits/amount.ts';
import { dateAt, startOfDay } from '../credits/calendar.ts';
import { type CustomerRef, customerRefText } from '../credits/customer-ref.ts';
import type { Instant } from '../credits/instant.ts';
import type { Connection } from '../orb/connection.ts';
import { factsOf } from '../policy/facts.ts';
import { isGrant } from '../policy/judge.ts';
import type { Room } from '../record/attempt.ts';
import { capsFor } from '../record/caps.ts';
import type { AccountRecord } from '../record/record.ts';
import { ledgerQuery } from '../requests/ledger-query.ts';
import { type ApiRequest, markerName } from '../requests/request.ts';
import type { PolicyInForce } from '../runtime/run-records.ts';
import { knownZone } from './customer.ts';

/** What room a write needs is found out with. */
export interface RoomContext {
  readonly connection: Connection;
  readonly record: AccountRecord;
  readonly inForce: PolicyInForce;
}

/** Reads the ledger only if a cap on the customer's day is in force. */
export async function roomFor(request: ApiRequest, context: RoomContext): Promise<Room> {
  const { policy, ofRecord } = context.inForce;
  const inForce = ofRecord === undefined ? {} : { policy: ofRecord };
  const facts = factsOf(request);
  const { amount, customer, currency } = facts ?? {};
  if (facts === undefined || amount === undefined || customer === undefined || currency === undefined)
    return { caps: [], ...inForce };
  if (!isGrant(facts) || !isPositive(amount)) return { caps: [], ...inForce };
  const { connection } = context;
  if (!policy.some(({ name }) => name === 'customer_day_cap')) {
    const day = dateText(connection.now(), 'UTC');
    const reserves = { customer: customerRefText(customer), currency, day, amount };
    return { reserves, caps: capsFor(policy, reserves, zero), ...inForce };
  }
  const day = await customerToday(customer, connection);
  const reserves = { customer: day.customer, currency, day: day.date, amount };
  const elsewhere = await grantedElsewhere({ ...day, ref: customer, currency }, context);
  return { reserves, caps: capsFor(policy, reserves, elsewhere), ...inForce };
}

/** A day of a customer. */
export interface CustomerDay {
  /** The API's own id: one spelling for one customer. */
  readonly customer: string;
  /** `2026-11-27`. */
  readonly date: string;
  /** When it began. */
  readonly from: Instant;
}

/** Today, in the customer's own zone. Throws a `server` error for a zone that this Node does not know. */
export async function customerToday(ref: CustomerRef, { api, now }: Connection): Promise<CustomerDay> {
  const { record } = await api.customer(ref);
  const zone = await knownZone(record.timezone);
  const date = dateAt(now(), zone);
  return { customer: record.id, date: String(date), from: startOfDay(date, zone) };
}

/** What the ledger granted since then, each with its mark. */
export async function* grantsSince(
  from: Instant,
  { ref, currency }: { readonly ref: CustomerRef; readonly currency: string },
  { api }: Connection,
): AsyncGenerator<{ readonly mark: string | undefined; readonly amount: Amount }> {
  for await (const { record } of api.entries(ledgerQuery(ref, { currency }, { from }), {}))
    if (isGrant({ type: record.entry_type }) && isPositive(record.amount))
      yield { mark: record.metadata[markerName], amount: record.amount };
}

const dateText = (at: Instant, zone: string): string => String(dateAt(at, zone));

/** Marks that are asked about at a time. */
const marksMax = 1024;

/** Credits that the ledger granted in this day and that the record does not count for it. */
async function grantedElsewhere(
  { customer, from, ...whose }: CustomerDay & { readonly ref: CustomerRef; readonly currency: string },
  { connection, record }: RoomContext,
): Promise<Amount> {
  const grants: { readonly mark: string | undefined; readonly amount: Amount }[] = [];
  for await (const grant of grantsSince(from, whose, connection)) grants.push(grant);
  const marks = [...new Set(grants.flatMap(({ mark }) => mark ?? []))];
  const counted = new Set<string>();
  for (let at = 0; at < marks.length; at += marksMax)
    // Counted on its own day, or named as nobody could name the customer before a cap was in force.
    for (const [key, { reserves }] of await record.keyStates(marks.slice(at, at + marksMax)))
      if (reserves?.customer === customer) counted.add(key);
  return grants.reduce(
    (sum, { mark, amount }) => (mark !== undefined && counted.has(mark) ? sum : add(sum, amount)),
    zero,
  );
}
