// The caps on the credits of a day, from the rules of a policy to what the record checks when it notes a write. Pure.
import type { Amount } from '../credits/amount.ts';
import type { Policy, RuleName } from '../policy/rules.ts';
import type { Reservation } from './facts.ts';
import type { CapCheck } from './record.ts';

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
