import { expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import { policyOf } from '../../src/policy/policy-of.ts';
import { capsFor } from '../../src/writes/cap-room.ts';

test('each cap of a day becomes one check, and only that of customers knows the ledger', () => {
  const rules = { customer_day_cap: '500', person_day_cap: '1000.5', team_day_cap: '9000', entry_cap: '1' };
  const policy = policyOf({ profile: 'p', kind: 'test', rules, file: undefined });
  if ('problem' in policy) throw new Error(policy.problem);
  const of = { customer: 'Xy1', currency: 'credits', day: '2026-11-27' };
  expect(capsFor(policy, of, amount('20'))).toEqual([
    {
      scope: 'customer',
      customer: 'Xy1',
      currency: 'credits',
      day: '2026-11-27',
      limit: '500',
      elsewhere: '20',
      name: 'customer_day_cap, the profile "p"',
    },
    {
      scope: 'person',
      currency: 'credits',
      limit: '1000.5',
      elsewhere: '0',
      name: 'person_day_cap, the profile "p"',
    },
    {
      scope: 'team',
      currency: 'credits',
      limit: '9000',
      elsewhere: '0',
      name: 'team_day_cap, the profile "p"',
    },
  ]);
});
