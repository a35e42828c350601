// Works out the reservation and the cap checks of a write, with the credits that the ledger granted without the record.
import { dateAt, startOfDay } from '../credits/calendar.ts';
import { type CustomerRef, customerRefText } from '../credits/customer.ts';
import { type Amount, type Instant, isPositive, sum, zero } from '../credits/exact.ts';
import { type Connection, embeddedClock } from '../orb/connection.ts';
import { factsOf } from '../policy/facts.ts';
import { isGrant } from '../policy/judge.ts';
import type { Policy, RuleName } from '../policy/rules.ts';
import type { Reservation } from '../record/facts.ts';
import { utcDay } from '../record/known-write.ts';
import type { AccountRecord, CapCheck, RecordPolicy } from '../record/record.ts';
import { ledgerQuery } from '../requests/ledger-query.ts';
import { type ApiRequest, markerName } from '../requests/request.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { knownZone } from './customer.ts';

interface RoomContext {
  readonly connection: Connection;
  readonly runtime: Pick<Runtime, 'record' | 'policyWith' | 'capNow'>;
}

/** Reads the ledger only if a cap on the customer's day is in force. @param kept the record's policy in force */
export async function roomFor(request: ApiRequest, kept: RecordPolicy | undefined, context: RoomContext) {
  const { connection, runtime } = context;
  const { policy, ofRecord } = await runtime.policyWith(connection, kept);
  const grant = grantOf(request);
  if (grant === undefined) return { caps: [], policy: ofRecord };
  const { ref, currency, amount } = grant;
  const ledgerDay = ledgerDayOf(connection);
  if (!capsCustomers(policy)) {
    const day = utcDay(connection.now());
    const reserves = { customer: customerRefText(ref), currency, day, amount };
    return { reserves, caps: capsFor(policy, { ...reserves, ledgerDay }, zero), policy: ofRecord };
  }
  const { customer, date, from } = await customerToday(ref, context);
  const reserves = { customer, currency, day: date, amount };
  const record = await runtime.record(connection);
  const elsewhere = await grantedElsewhere(reserves, { ref, from }, { connection, record });
  // Reading a ledger may take minutes.
  await runtime.policyWith(connection, await record.policy());
  return { reserves, caps: capsFor(policy, { ...reserves, ledgerDay }, elsewhere), policy: ofRecord };
}

/** The UTC day by the clock of an embedded ledger, which a person may move; its writes count for that day. */
export function ledgerDayOf(connection: Connection): string | undefined {
  const now = embeddedClock(connection)?.();
  return now === undefined ? undefined : utcDay(now);
}

/** The customer, currency and amount of a grant; `undefined` for any other request. */
function grantOf(request: ApiRequest) {
  const facts = factsOf(request);
  if (facts === undefined || !isGrant(facts)) return undefined;
  const { amount, customer: ref, currency } = facts;
  if (amount === undefined || ref === undefined || !isPositive(amount)) return undefined;
  return { ref, currency, amount };
}

export const capsCustomers = (policy: Policy): boolean =>
  policy.some(({ name }) => name === 'customer_day_cap');

const scopes: Readonly<Partial<Record<RuleName, CapCheck['scope']>>> = {
  customer_day_cap: 'customer',
  person_day_cap: 'person',
  team_day_cap: 'team',
};

/**
 * The cap checks for a write that reserves credits; two rules about the same sum are both checked. `day` is for the
 * customer's cap, `ledgerDay` for those of a person and the team, if it is not the record's day.
 * @param elsewhere credits of the customer's day that only the ledger has; sums of persons come from the record alone
 */
export function capsFor(
  policy: Policy,
  {
    customer,
    currency,
    day,
    ledgerDay,
  }: Pick<Reservation, 'customer' | 'currency' | 'day'> & { readonly ledgerDay?: string | undefined },
  elsewhere: Amount,
): readonly CapCheck[] {
  return policy.flatMap((rule): readonly CapCheck[] => {
    const scope = scopes[rule.name];
    if (scope === undefined || !('limit' in rule)) return [];
    const common = { currency, limit: rule.limit, name: `${rule.name}, ${rule.source}` };
    return scope === 'customer'
      ? [{ scope, customer, day, elsewhere, ...common }]
      : [{ scope, elsewhere: '0', ...(ledgerDay === undefined ? {} : { day: ledgerDay }), ...common }];
  });
}

interface CustomerDay {
  /** The API's own id: one spelling for one customer. */
  readonly customer: string;
  /** `2026-11-27`. */
  readonly date: string;
  /** The start of the day. */
  readonly from: Instant;
}

/** The present day in the customer's time zone. Throws a `server` error for a zone that this Node does not know. */
export async function customerToday(
  ref: CustomerRef,
  { connection, runtime }: { readonly connection: Connection; readonly runtime: Pick<Runtime, 'capNow'> },
): Promise<CustomerDay> {
  // This request comes before the clock is read: an embedded ledger over HTTP sends its id with the answer.
  const { record } = await connection.api.customer(ref);
  const zone = knownZone(record.timezone);
  const date = dateAt(await runtime.capNow(connection), zone);
  return { customer: record.id, date: String(date), from: startOfDay(date, zone) };
}

interface Grant {
  /** The idempotency key of the grant; `undefined` if another program made the grant. */
  readonly mark: string | undefined;
  readonly amount: Amount;
}

/** The grants of a ledger since an instant. */
export async function* grantsSince(
  from: Instant,
  { ref, currency }: { readonly ref: CustomerRef; readonly currency: string },
  { api }: Connection,
): AsyncGenerator<Grant> {
  for await (const { record } of api.entries(ledgerQuery(ref, { currency }, { from }), {}))
    if (isGrant({ type: record.entry_type }) && isPositive(record.amount))
      yield { mark: record.metadata[markerName], amount: record.amount };
}

/** Number of keys in one query of the record. */
const marksMax = 1024;

/** Credits that the ledger granted on the day of a reservation and that the record does not count for this day. */
export async function grantedElsewhere(
  { customer, day, currency }: Omit<Reservation, 'amount'>,
  { ref, from }: { readonly ref: CustomerRef; readonly from: Instant },
  {
    connection,
    record,
  }: { readonly connection: Connection; readonly record: Pick<AccountRecord, 'keyStates'> },
): Promise<Amount> {
  const grants: Grant[] = [];
  for await (const grant of grantsSince(from, { ref, currency }, connection)) grants.push(grant);
  const marks = [...new Set(grants.flatMap(({ mark }) => mark ?? []))];
  const counted = new Set<string | undefined>();
  for (let at = 0; at < marks.length; at += marksMax)
    // Without a cap in force, a batch notes its rows for the UTC day, which may differ from the customer's day.
    for (const [key, { reserves }] of await record.keyStates(marks.slice(at, at + marksMax)))
      if (reserves?.customer === customer && reserves.day === day) counted.add(key);
  return sum(grants.filter(({ mark }) => !counted.has(mark)).map(({ amount }) => amount));
}
