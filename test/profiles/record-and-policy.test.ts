import { expect, test } from 'vitest';
import { readPolicy } from '../../src/profiles/record-and-policy.ts';

const config = { profiles: { p: { kind: 'orb', 'policy.entry_cap': '500' } } } as const;
const guarded = { profile: 'p', kind: 'test' } as const;
const source = "the record's policy 3";

test("the team's rules come first, and those of the profile hold beside them", () => {
  const policy = readPolicy(guarded, config, { text: '{"entry_cap": 100, "approval.from": 50}', source });
  expect(policy).toEqual([
    { name: 'entry_cap', limit: '100', source },
    { name: 'approval.from', limit: '50', source },
    { name: 'entry_cap', limit: '500', source: 'the profile "p"' },
  ]);
});

test("a team's policy that cannot be understood lets nothing pass", () => {
  expect(() => readPolicy(guarded, config, { text: '{"entry_cop": 1}', source })).toThrow(
    `Of the rules for writes, ${source} has an unknown rule "entry_cop"`,
  );
});
