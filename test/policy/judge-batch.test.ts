import { expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import {
  type BatchFacts,
  type BatchSums,
  grantedBy,
  judgeBatch,
  rowBreaches,
  rowPolicy,
} from '../../src/policy/judge-batch.ts';
import { policyOf } from '../../src/policy/policy-of.ts';
import type { Policy, RuleName } from '../../src/policy/rules.ts';
import { movements, noneMoved } from '../../src/requests/moved-credits.ts';
import { jsonNumber } from '../../src/wire/json.ts';

type Rules = Partial<Record<RuleName, string>>;

function policy(rules: Rules): Policy {
  const read = policyOf({ profile: 'p', kind: 'test', rules, file: undefined });
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const sums = (changes: Partial<BatchSums>): BatchSums => ({
  ...noneMoved,
  currency: 'credits',
  largest_row: amount('60'),
  ...changes,
});

/** Two rows of 100 credits together, planned by ann and applied by bob. */
const verdict = (rules: Rules, changes: Partial<BatchFacts> = {}) =>
  judgeBatch(
    { rows: 2, credits: [sums({ granted: amount('100') })], planner: 'ann', applier: 'bob', ...changes },
    policy(rules),
  );

test.each(movements)('credits %s count toward the cap of a batch', (name) => {
  const credits = [sums({ [name]: amount('100') })];
  expect(verdict({ batch_cap: '99.99' }, { credits }).breaches).toEqual([
    expect.stringMatching(/^100 credits is over the limit of 99\.99 .*\(batch_cap, the profile "p"\)$/),
  ]);
  expect(verdict({ batch_cap: '100' }, { credits }).breaches).toEqual([]);
});

test.each<[Rules, Partial<BatchFacts>, number]>([
  [{ batch_rows_cap: '1' }, {}, 1],
  [{ batch_rows_cap: '2' }, {}, 0],
  [{ two_person: 'true' }, { applier: 'ann' }, 1],
  [{ two_person: 'true' }, {}, 0],
  [{ two_person: 'false' }, { applier: 'ann' }, 0],
  [{ apply_by: 'ann,cy' }, {}, 1],
  [{ apply_by: 'ann,bob' }, {}, 0],
])('a batch under %j that is %j breaks %i of the rules', (rules, changes, broken) =>
  expect(verdict(rules, changes).breaches).toHaveLength(broken));

test.each<[Rules, string | undefined]>([
  [{ batch_confirm_above: '99.99' }, '100'],
  [{ batch_confirm_above: '100' }, undefined],
  [{ entry_confirm_above: '59.99' }, '100'],
  [{ entry_confirm_above: '60' }, undefined],
  [{ batch_confirm_rows: '1' }, '2'],
  [{ batch_confirm_rows: '2' }, undefined],
  [{ batch_confirm_rows: '1', batch_confirm_above: '1' }, '100'],
  [{ batch_rows_cap: '1', batch_cap: '1' }, undefined],
])('under %j a batch has %s typed back', (rules, text) => expect(verdict(rules).typedBack?.text).toBe(text));

test('the largest sum is typed back', () => {
  const credits = [sums({ granted: amount('10') }), sums({ currency: 'USD', granted: amount('200') })];
  expect(verdict({ batch_confirm_above: '1' }, { credits }).typedBack?.text).toBe('200');
});

const entry = (body: { entry_type: string; amount?: string }) => ({
  method: 'POST' as const,
  path: '/customers/c1/credits/ledger_entry',
  body: { ...body, ...(body.amount === undefined ? {} : { amount: jsonNumber(body.amount) }) },
});

test('a row is held against the rules of an entry, and against none of a day, a batch or a person', () => {
  const of = (rules: Rules) => rowPolicy(policy(rules));
  const grant = entry({ entry_type: 'increment', amount: '100' });
  const others = { batch_cap: '1', 'approval.from': '1', customer_day_cap: '1', person_day_cap: '1' };
  expect(rowBreaches(grant, of({ ...others, team_day_cap: '1', entry_cap: '99' }))).toEqual([
    expect.stringContaining('is over the limit of 99 for one entry'),
  ]);
  const all = entry({ entry_type: 'expiration_change' });
  expect(rowBreaches(all, of({ entry_confirm_above: '1' }))).toEqual([]);
});

test('only grants and amendments grant credits', () => {
  expect(grantedBy(entry({ entry_type: 'increment', amount: '5' }))).toBe('5');
  expect(grantedBy(entry({ entry_type: 'void', amount: '5' }))).toBe('0');
  expect(grantedBy({ method: 'POST', path: '/customers', body: { amount: jsonNumber('5') } })).toBe('0');
});
