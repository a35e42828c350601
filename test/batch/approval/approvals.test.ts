// A rule on signatures that came after a batch began: who has signed it, and how many that are too few.
import { expect, test } from 'vitest';
import { checkStillApproved } from '../../../src/batch/approval/approvals.ts';
import { policyFromText } from '../../../src/policy/policy-of.ts';

const policy = policyFromText('{"approval.from":"0","approval.count":3}', 'the policy');

test.each([
  [[], 'No one has signed'],
  [['anna'], 'Only anna has signed'],
  [['anna', 'ben'], 'Only anna and ben have signed'],
])('%j are too few of three', (persons, said) => {
  if ('problem' in policy) throw new Error(policy.problem);
  const asked = { policy, credits: [], openRow: 1 };
  expect(() => checkStillApproved(persons, asked)).toThrow(said);
  expect(() => checkStillApproved([...persons, 'x', 'y', 'z'], asked)).not.toThrow();
});
