// Checks the caps for a day on a batch's rows: as a forecast before consent, and when rows are noted.
import { type CalendarDate, type DayFinder, dayFinder, startOfDay } from '../../credits/calendar.ts';
import { customerName, unitAfter } from '../../credits/customer.ts';
import {
  type Amount,
  add,
  amount as amountOf,
  compare,
  type Instant,
  isPositive,
  zero,
} from '../../credits/exact.ts';
import { type Connection, embeddedClock } from '../../orb/connection.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { grantedBy } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import type { Reservation } from '../../record/facts.ts';
import type { AccountRecord, CapCheck } from '../../record/record.ts';
import { capsFor, grantedElsewhere, ledgerDayOf } from '../../writes/cap-room.ts';
import { knownCustomerZone } from '../../writes/customer.ts';
import { type BatchWrite, currencyOf, ledgerName, type PlanCustomer } from '../plan/plan-lines.ts';

/** Most requests in flight. */
const width = 4;

/** Milliseconds for which the sum of a ledger counts: a batch takes hours, and others grant credits meanwhile. */
const readFor = 5 * 60_000;

/** The amount that a row counts toward the caps: an increment or amendment above zero. */
export function countedGrant(
  row: Pick<BatchWrite, 'request'>,
): { readonly currency: string; readonly amount: Amount } | undefined {
  const granted = grantedBy(row.request);
  return isPositive(granted) ? { currency: currencyOf(row), amount: granted } : undefined;
}

/** The sum of one customer's grants that are not written yet. */
export interface PlannedGrants {
  readonly customer: PlanCustomer;
  readonly currency: string;
  readonly amount: Amount;
}

interface DayCapsContext {
  readonly policy: Policy;
  readonly connection: Connection;
  readonly record: Pick<AccountRecord, 'reserved' | 'keyStates' | 'now'>;
}

export class DayCaps {
  readonly #context: DayCapsContext;
  readonly #hasCustomerCap: boolean;
  readonly #zones = new Map<string, Promise<string>>();
  /** Functions that find an instant's day, by zone. */
  readonly #days = new Map<string, DayFinder>();
  readonly #elsewhere = new Map<string, { readonly at: Instant; readonly found: Promise<Amount> }>();
  /** Milliseconds by which the record's clock is ahead of the connection's. */
  #ahead: Promise<number> | undefined;

  constructor(context: DayCapsContext) {
    this.#context = context;
    this.#hasCustomerCap = capsOf(context.policy).some(({ scope }) => scope === 'customer');
  }

  /** Whether any rule is a cap for a day. */
  get isAny(): boolean {
    return capsOf(this.#context.policy).length > 0;
  }

  /** Forgets what was read of ledgers and clocks. Call this after a question: others may have granted credits meanwhile. */
  forget(): void {
    this.#elsewhere.clear();
    this.#ahead = undefined;
  }

  /** A sentence for each cap that these grants, which are not noted yet, would exceed. */
  async forecast(grants: readonly PlannedGrants[]): Promise<readonly string[]> {
    if (!this.isAny) return [];
    const { policy, record, connection } = this.#context;
    const ledgerDay = ledgerDayOf(connection);
    const checks = await mapConcurrently(grants, width, async ({ customer, currency, amount }) => {
      const { day, elsewhere } = await this.#dayOf(customer, currency);
      const of = { customer: customer.id, currency, day, ledgerDay };
      return { customer, amount, caps: capsFor(policy, of, elsewhere) };
    });
    const wanted = new Map<string, { cap: CapCheck; amount: Amount; who: string }>();
    for (const { customer, amount, caps } of checks)
      for (const cap of caps) {
        const name = capName(cap);
        const before = wanted.get(name)?.amount ?? zero;
        const who = cap.scope === 'customer' ? customerName(customer) : 'all customers';
        wanted.set(name, { cap, amount: add(before, amount), who });
      }
    const broken = await mapConcurrently(wanted.values(), width, async ({ cap, amount, who }) => {
      const used = add(amountOf(await record.reserved(cap)), amountOf(cap.elsewhere));
      return compare(add(used, amount), amountOf(cap.limit)) > 0
        ? [overText(cap, { amount, used, who })]
        : [];
    });
    return broken.flat();
  }

  /** The reservation to record for a row; `undefined` for a row that grants no credits. */
  async reservation(row: Pick<BatchWrite, 'customer' | 'request'>): Promise<Reservation | undefined> {
    const counts = countedGrant(row);
    if (counts === undefined) return undefined;
    const { day } = await this.#dayOf(row.customer, counts.currency);
    return { customer: row.customer.id, day, ...counts };
  }

  /** The cap checks for these reservations, each cap once. */
  async checks(reservations: readonly Reservation[]): Promise<readonly CapCheck[]> {
    if (!this.isAny) return [];
    const all = new Map<string, CapCheck>();
    const ledgerDay = ledgerDayOf(this.#context.connection);
    for (const each of reservations) {
      const { elsewhere } = await this.#dayOf(
        { id: each.customer, external_customer_id: null },
        each.currency,
      );
      for (const cap of capsFor(this.#context.policy, { ...each, ledgerDay }, elsewhere))
        all.set(capName(cap), cap);
    }
    return [...all.values()];
  }

  /**
   * A customer's day, and the credits granted on it that the ledger has but the record has not.
   * Only a cap per customer needs zones and ledgers; for the other caps the day is the record's, in UTC.
   */
  #dayOf({ id }: PlanCustomer, currency: string) {
    const now = this.#context.connection.now();
    if (!this.#hasCustomerCap) return Promise.resolve({ day: this.#dayIn('UTC', now), elsewhere: zero });
    this.#ahead ??= this.#recordAhead();
    return Promise.all([this.#zoneOf(id), this.#ahead]).then(([zone, ahead]) => {
      const day = this.#dayIn(zone, now + ahead);
      const name = `${day} ${ledgerName(id, currency)}`;
      const known = this.#elsewhere.get(name);
      const place = { ref: { by: 'id', id }, from: startOfDay(day, zone) } as const;
      const read =
        known !== undefined && now - known.at < readFor
          ? known
          : { at: now, found: grantedElsewhere({ customer: id, day, currency }, place, this.#context) };
      this.#elsewhere.set(name, read);
      return read.found.then((elsewhere) => ({ day, elsewhere }));
    });
  }

  /** This machine's clock may be wrong, and the cap is the team's, so the record's clock decides. A dry run may have no record. */
  async #recordAhead(): Promise<number> {
    const { connection, record } = this.#context;
    if (embeddedClock(connection) !== undefined) return 0;
    const at = await record.now();
    return Number.isNaN(at) ? 0 : at - connection.now();
  }

  #dayIn(zone: string, now: Instant): CalendarDate {
    const find = this.#days.get(zone) ?? dayFinder(zone);
    this.#days.set(zone, find);
    return find(now);
  }

  #zoneOf(id: string): Promise<string> {
    const known = this.#zones.get(id) ?? knownCustomerZone(this.#context.connection, { by: 'id', id });
    this.#zones.set(id, known);
    return known;
  }
}

const capsOf = (policy: Policy): readonly CapCheck[] =>
  capsFor(policy, { customer: '', currency: '', day: '' }, zero);

const capName = ({ scope, customer = '', currency, day = '', name }: CapCheck): string =>
  JSON.stringify([scope, customer, currency, day, name]);

/** The rows that do not fit under a cap, by key, in order. @param used without these rows */
export function rowsOver(
  rows: readonly { readonly key: string; readonly reserves: Reservation | undefined }[],
  cap: CapCheck,
  used: Amount,
): ReadonlyMap<string, { readonly amount: Amount; readonly used: Amount }> {
  const over = new Map<string, { readonly amount: Amount; readonly used: Amount }>();
  let total = used;
  for (const { key, reserves } of rows) {
    if (reserves === undefined || !isUnder(reserves, cap)) continue;
    const amount = amountOf(reserves.amount);
    const more = add(total, amount);
    if (compare(more, amountOf(cap.limit)) > 0) over.set(key, { amount, used: total });
    else total = more;
  }
  return over;
}

const isUnder = ({ customer, currency, day }: Reservation, cap: CapCheck): boolean =>
  currency === cap.currency && (cap.scope !== 'customer' || (customer === cap.customer && day === cap.day));

const mayHave = {
  customer: 'a customer may get',
  person: 'one person may grant',
  team: 'all together may grant',
} as const;

/** A sentence on an exceeded cap. @param used today, without the amount */
export const overText = (
  { scope, currency, limit, name }: CapCheck,
  { amount, used, who }: { readonly amount: Amount; readonly used: Amount; readonly who: string },
): string =>
  `${amount} ${unitAfter(amount, currency)} for ${who} is too much: ${mayHave[scope]} ${limit} in a day, and ${used} are granted (${name})`;
