import { expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import type { WriteFacts } from '../../src/policy/facts.ts';
import { approvalTerms, judge } from '../../src/policy/judge.ts';
import { batchApprovalReason, judgeBatch } from '../../src/policy/judge-batch.ts';
import { judgeDraft } from '../../src/policy/on-draft.ts';
import { defaultExpiry, policyFromText, policyOf } from '../../src/policy/policy-of.ts';
import type { Policy, RuleName } from '../../src/policy/rules.ts';
import { noneMoved } from '../../src/requests/moved-credits.ts';

function policy(rules: Partial<Record<RuleName, string>>, team: Policy = []): Policy {
  const read = policyOf({ profile: 'p', kind: 'test', rules, file: undefined, team });
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

function teamPolicy(rules: Record<string, unknown>): Policy {
  const read = policyFromText(JSON.stringify(rules), "the record's policy 3");
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const facts = (changes: Partial<WriteFacts> = {}): WriteFacts => ({
  type: 'increment',
  amount: amount('100'),
  currency: 'credits',
  description: undefined,
  customer: { by: 'external', id: 'acme' },
  ...changes,
});

const rulesBroken = (changes: Partial<WriteFacts>, from: string) =>
  judge(facts(changes), policy({ 'approval.from': from })).breaches.map(({ rule }) => rule);

test('a single write above the limit needs a plan, whatever its type, and at the limit it does not', () => {
  for (const type of ['increment', 'decrement', 'void', 'amendment', 'expiration_change', 'top_up']) {
    expect(rulesBroken({ type }, '99.99')).toEqual(['approval.from']);
    expect(rulesBroken({ type }, '100')).toEqual([]);
  }
});

test('a write whose credits are not known needs a plan', () => {
  expect(rulesBroken({ type: 'unknown', amount: undefined }, '1000000')).toEqual(['approval.from']);
  expect(rulesBroken({ type: 'block_delete', amount: undefined }, '1000000')).toEqual(['approval.from']);
  // Its credits were granted before, and signed for then.
  expect(rulesBroken({ type: 'invoice_mark_paid', amount: undefined }, '1')).toEqual([]);
});

test('only a write that can be planned is said to need signatures and nothing else', () => {
  const sentence = (type: string) =>
    judge(facts({ type }), policy({ 'approval.from': '1' }))
      .breaches.map((each) => each.sentence)
      .join();
  expect(sentence('void')).toMatch(/2 persons must sign \(approval\.from, the profile "p"\)$/);
  for (const type of ['top_up', 'block_delete', 'unknown'])
    expect(sentence(type)).toMatch(/; only an entry or a batch can be signed$/);
});

test('an entry of a plan is not held against it by itself', () => {
  const asked = policy({ 'approval.from': '1' });
  expect(judge(facts(), asked, { isPlanned: true }).breaches).toEqual([]);
});

test('signers without a limit ask for signatures of everything that moves credits', () => {
  const terms = approvalTerms(policy({ 'approval.signers': '/etc/signers' }));
  expect(terms).toMatchObject({ from: '0', persons: 2, valid: 7 * 86_400_000 });
  expect(approvalTerms(policy({ entry_cap: '1' }))).toBeUndefined();
});

test('of two policies the stricter one holds, and each has its signers', () => {
  const team = teamPolicy({
    'approval.signers': ['ann ssh-ed25519 AAAAC3NzaC1lZDI1NTE5', 'bob ssh-ed25519 AAAAC3NzaC1lZDI1NTE6'],
    'approval.from': 1000,
    'approval.count': 3,
    'approval.valid': '2d',
  });
  const own = {
    'approval.signers': '/s',
    'approval.from': '500',
    'approval.count': '2',
    'approval.valid': '1h',
  };
  const terms = approvalTerms(policy(own, team));
  expect(terms).toMatchObject({
    from: '500',
    persons: 3,
    valid: 3_600_000,
    source: 'the profile "p"',
  });
  expect(terms?.signers.map(({ signers }) => signers)).toEqual([
    {
      lines: 'ann ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\nbob ssh-ed25519 AAAAC3NzaC1lZDI1NTE6\n',
    },
    { file: '/s' },
  ]);
});

test('the directions of a batch add up, and currencies do not', () => {
  const terms = approvalTerms(policy({ 'approval.from': '100' }));
  if (terms === undefined) throw new Error('no terms');
  const sums = (currency: string, granted: string, voided: string) => ({
    ...noneMoved,
    currency,
    granted: amount(granted),
    voided: amount(voided),
    largest_row: amount(granted),
  });
  expect(batchApprovalReason(terms, [sums('credits', '60', '41')])).toContain('101 credits is more than 100');
  expect(batchApprovalReason(terms, [sums('credits', '60', '40'), sums('USD', '90', '0')])).toBeUndefined();
});

test("the record's policy comes first, and a profile can neither loosen it nor take its expiry away", () => {
  const own = { entry_cap: '500', default_expiry: 'eoy' };
  const both = policy(own, teamPolicy({ entry_cap: 100, default_expiry: '+30d' }));
  expect(judge(facts({ amount: amount('200') }), both).breaches).toHaveLength(1);
  expect(defaultExpiry(both)).toBe('+30d');
});

test('whoever types an amount learns at once that it has to be planned', () => {
  const asked = policy({ 'approval.from': '100' });
  expect(judgeDraft({ amount: '101' }, asked).amount).toContain('2 persons must sign');
  expect(judgeDraft({ amount: '101' }, asked, { isPlanned: true }).amount).toBeUndefined();
  expect(judgeDraft({}, asked).amount).toBeUndefined();
});

test('a batch without a plan is held against the limit as a whole', () => {
  const credits = [{ ...noneMoved, currency: 'credits', voided: amount('101'), largest_row: amount('1') }];
  const facts = { rows: 101, credits, planner: '', applier: 'ann' };
  const asked = policy({ 'approval.from': '100' });
  expect(judgeBatch(facts, asked).breaches).toEqual([expect.stringContaining('101 credits is more than')]);
  expect(judgeBatch({ ...facts, isPlanned: true }, asked).breaches).toEqual([]);
});

for (const rule of ['person_day_cap', 'team_day_cap'] as const)
  test(`${rule} refuses a grant or an amendment that is over it alone`, () => {
    const capped = policy({ [rule]: '99.99' });
    for (const type of ['increment', 'amendment'])
      expect(judge(facts({ type }), capped).breaches.map((each) => each.rule)).toEqual([rule]);
    expect(judge(facts({ type: 'void' }), capped).breaches).toEqual([]);
    expect(judge(facts(), policy({ [rule]: '100' })).breaches).toEqual([]);
  });
