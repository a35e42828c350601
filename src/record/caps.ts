// The caps on the credits of a day, as the record checks them when it notes a write, and what a write counts for. Pure.
import { type Amount, amount, negate } from '../credits/amount.ts';
import type { Policy, RuleName } from '../policy/rules.ts';
import type { Reservation } from './facts.ts';
import type { CapCheck } from './record.ts';
import { holds, type Standing } from './standing.ts';

const scopes: Readonly<Partial<Record<RuleName, CapCheck['scope']>>> = {
  customer_day_cap: 'customer',
  person_day_cap: 'person',
  team_day_cap: 'team',
};

/**
 * The checks for a write that reserves credits. Of two rules about the same sum both are checked.
 * @param elsewhere what the ledger has of the customer's day and the record has not; the record alone knows persons
 */
export function capsFor(
  policy: Policy,
  { customer, currency, day }: Pick<Reservation, 'customer' | 'currency' | 'day'>,
  elsewhere: Amount,
): readonly CapCheck[] {
  return policy.flatMap((rule): readonly CapCheck[] => {
    const scope = scopes[rule.name];
    if (scope === undefined || !('limit' in rule)) return [];
    const common = { currency, limit: rule.limit, name: `${rule.name}, ${rule.source}` };
    return scope === 'customer'
      ? [{ scope, customer, day, elsewhere, ...common }]
      : [{ scope, elsewhere: '0', ...common }];
  });
}

/** Credits that count against the caps of persons and of the team on one UTC day. */
export interface Counted {
  /** `2026-11-27`, UTC: by the record's clock, or by the embedded ledger's own where the fact says it. */
  readonly day: string;
  readonly currency: string;
  readonly who: string;
  readonly amount: Amount;
}

/** What a write counts for by now; `undefined` if it reserves nothing, or gave it back. */
export function countedOf(standing: Standing | undefined): Counted | undefined {
  if (standing?.reserves == null || !holds(standing.state)) return undefined;
  const { reserves, ledgerAt, notedAt, who } = standing;
  const day = ledgerAt === null ? utcDay(notedAt) : utcDay(Date.parse(ledgerAt));
  return { day, currency: reserves.currency, who, amount: amount(reserves.amount) };
}

/** By how much the counters change from one standing to the next. */
export function countedChanges(before: Standing | undefined, after: Standing): readonly Counted[] {
  const [was, is] = [countedOf(before), countedOf(after)];
  if (before?.attempt === after.attempt && was !== undefined && is !== undefined) return [];
  const given = was === undefined ? [] : [{ ...was, amount: negate(was.amount) }];
  return is === undefined ? given : [...given, is];
}

/** @param at milliseconds since the epoch */
export function utcDay(at: number): string {
  // Those that follow each other are mostly of one day.
  if (at < latestDay.begins || at >= latestDay.begins + dayLength) {
    const day = new Date(at).toISOString().slice(0, 10);
    latestDay = { day, begins: Date.parse(day) };
  }
  return latestDay.day;
}

const dayLength = 86_400_000;
let latestDay = { day: '1970-01-01', begins: 0 };
