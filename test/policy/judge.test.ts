import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Amount, amount } from '../../src/credits/exact.ts';
import type { WriteFacts } from '../../src/policy/facts.ts';
import { judge } from '../../src/policy/judge.ts';
import { policyOf } from '../../src/policy/policy-of.ts';
import type { Policy, RuleName } from '../../src/policy/rules.ts';

const facts = (changes: Partial<WriteFacts> = {}): WriteFacts => ({
  type: 'increment',
  amount: amount('100'),
  currency: 'credits',
  description: 'SUP-1 trial',
  customer: { by: 'external', id: 'acme' },
  ...changes,
});

function policy(rules: Partial<Record<RuleName, string>>, kind: 'live' | 'test' = 'test'): Policy {
  const read = policyOf({ profile: 'p', kind, rules, file: undefined });
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const broken = (changes: Partial<WriteFacts>, rules: Partial<Record<RuleName, string>>, today?: Amount) =>
  judge(facts(changes), policy(rules), today === undefined ? {} : { grantedToday: today }).breaches.map(
    ({ sentence }) => sentence,
  );

for (const [changes, rules, sentence] of [
  [
    { amount: amount('100.01') },
    { entry_cap: '100' },
    '100.01 credits is over the limit of 100 for one entry',
  ],
  [{ amount: amount('1') }, { entry_cap: '0.5' }, '1 credit is over the limit of 0.5 for one entry'],
  [{ amount: undefined }, { entry_cap: '100' }, 'does not say how many credits it moves'],
  [
    { type: 'top_up', amount: amount('101') },
    { entry_cap: '100' },
    '101 credits is over the limit of 100 for one top-up',
  ],
  [{ type: 'decrement' }, { allowed_types: 'increment,void' }, 'the type decrement is not allowed'],
  [{ type: 'block_delete' }, { allowed_types: 'increment' }, 'the type block_delete is not allowed'],
  [{ type: 'invoice_void' }, { allowed_types: 'increment' }, 'the type invoice_void is not allowed'],
  [{ currency: 'usd' }, { allowed_currencies: 'USD,credits' }, 'the currency usd is not allowed'],
  [{ description: undefined }, { description_required: 'true' }, 'every entry needs a description'],
  [{ description: ' ' }, { description_required: 'true' }, 'every entry needs a description'],
  [
    { description: '\u200b \u2060\u3164' },
    { description_required: 'true' },
    'every entry needs a description',
  ],
  [{ description: 'trial' }, { description_pattern: '^SUP-' }, 'the description must match ^SUP-: "trial"'],
  [{ description: undefined }, { description_pattern: '^[a-z]' }, 'the description must match'],
  [{}, { customer_day_cap: '100' }, 'it is not known how much was granted today'],
  [{ amount: undefined }, { entry_confirm_above: '1' }, 'does not say how many credits it moves'],
  ...(['customer_day_cap', 'person_day_cap', 'team_day_cap'] as const).map(
    (rule) =>
      [
        { type: 'unknown', amount: undefined },
        { [rule]: '100' },
        'does not say how many credits it grants',
      ] as const,
  ),
] as const) {
  test(`${JSON.stringify(changes)} breaks ${JSON.stringify(rules)}, which is named`, () => {
    const [refusal = '', ...others] = broken(changes, rules);
    expect(others).toEqual([]);
    expect(refusal).toContain(sentence);
    expect(refusal).toContain(`(${Object.keys(rules)[0]}, the profile "p")`);
  });
}

for (const [changes, rules] of [
  [{}, { entry_cap: '100', entry_confirm_above: '1', description_required: 'true' }],
  [{ type: 'unknown', amount: undefined }, { entry_confirm_above: '1' }],
  [
    { type: 'block_delete', amount: undefined },
    { entry_cap: '1', allowed_currencies: 'EUR' },
  ],
  [
    { type: 'invoice_issue', amount: undefined, description: undefined },
    { entry_cap: '1', allowed_currencies: 'EUR', description_required: 'true', entry_confirm_above: '1' },
  ],
  [
    { type: 'top_up', description: undefined },
    { description_required: 'true', description_pattern: '^S' },
  ],
  [{}, { description_pattern: '^SUP-[0-9]+', allowed_types: 'increment', allowed_currencies: 'credits' }],
  [{ description: '' }, { description_required: 'false' }],
  [{ type: 'void' }, { customer_day_cap: '1' }],
] as const) {
  test(`${JSON.stringify(changes)} keeps ${JSON.stringify(rules)}`, () => {
    expect(broken(changes, rules)).toEqual([]);
  });
}

test('the credits of a day are those before and these', () => {
  expect(broken({}, { customer_day_cap: '150' }, amount('50'))).toEqual([]);
  expect(broken({}, { customer_day_cap: '150' }, amount('50.01'))[0]).toContain(
    '100 credits on top of 50.01 granted today is over the limit of 150',
  );
  // What a person or the team granted is not known here, so the sentence does not say that it is nothing.
  expect(broken({}, { person_day_cap: '99' })[0]).toContain(
    '100 credits is over the limit of 99 for one person in a day',
  );
});

test('a live amount above 10,000 is typed back unasked; a rule of the profile takes that place', () => {
  const above = (rules: Partial<Record<RuleName, string>>, kind: 'live' | 'test') =>
    judge(facts({ amount: amount('10000.01') }), policy(rules, kind)).confirmAbove?.limit;
  expect(above({}, 'live')).toBe('10000');
  expect(above({}, 'test')).toBeUndefined();
  expect(above({ entry_confirm_above: '20000' }, 'live')).toBeUndefined();
  expect(above({ entry_confirm_above: '50' }, 'test')).toBe('50');
  expect(judge(facts({ amount: amount('10000') }), policy({}, 'live')).confirmAbove).toBeUndefined();
  const deletion = facts({ type: 'block_delete', amount: amount('10000.01') });
  expect(judge(deletion, policy({}, 'live')).confirmAbove).toBeUndefined();
});

test('a file that a team shares tightens a profile and never loosens it', () => {
  const caps = fc.option(fc.nat(1000).map(String), { nil: undefined });
  const rules = fc.record({ entry_cap: caps, entry_confirm_above: caps });
  fc.assert(
    fc.property(rules, rules, fc.nat(1000), (own, shared, credits) => {
      const said = (record: object) =>
        Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
      const write = facts({ amount: amount(String(credits)) });
      const verdict = (mine: object, file: object | undefined) => {
        const both = policyOf({
          profile: 'p',
          kind: 'test',
          rules: said(mine),
          file: file === undefined ? undefined : { name: 'f', text: JSON.stringify(said(file)) },
        });
        if ('problem' in both) throw new Error(both.problem);
        return judge(write, both);
      };
      const together = verdict(own, shared);
      for (const alone of [verdict(own, undefined), verdict({}, shared)]) {
        if (alone.breaches.length > 0) expect(together.breaches.length).toBeGreaterThan(0);
        if (alone.confirmAbove !== undefined) expect(together.confirmAbove).toBeDefined();
      }
    }),
  );
});

for (const [text, problem] of [
  ['{', 'is not JSON'],
  ['[]', 'must hold one JSON object of rules'],
  ['{"entry_capp":1}', 'has an unknown rule "entry_capp" (did you mean entry_cap?)'],
  ['{"colour":1}', 'has an unknown rule "colour"; choose from entry_cap, '],
  ['{"entry_cap":null}', 'has a rule entry_cap that must be text, a number, true or false'],
  ['{"allowed_types":[1]}', 'has a rule allowed_types that must be text'],
  ['{"$schema":1}', 'has a "$schema" that is not text'],
  ['{"two_person":"maybe"}', 'has a rule two_person that must be true or false'],
] as const) {
  test(`a shared file of ${text} is no policy`, () => {
    const read = policyOf({ profile: 'p', kind: 'test', rules: {}, file: { name: 'f', text } });
    expect(read).toMatchObject({ problem: expect.stringContaining(problem) });
  });
}

test('a shared file may hold numbers, switches and arrays', () => {
  const text =
    '{"$schema": "p.json", "entry_cap": 12.50, "two_person": true, "allowed_types": ["void", "increment"]}';
  expect(policyOf({ profile: 'p', kind: 'test', rules: {}, file: { name: '/f', text } })).toEqual([
    { name: 'entry_cap', limit: '12.5', source: 'the policy file /f' },
    { name: 'two_person', isOn: true, source: 'the policy file /f' },
    { name: 'allowed_types', values: ['void', 'increment'], source: 'the policy file /f' },
  ]);
});
