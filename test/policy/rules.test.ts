import { expect, test } from 'vitest';
import { readRule, ruleNames } from '../../src/policy/rules.ts';

for (const [name, text, value] of [
  ['entry_cap', ' 500.50 ', { name: 'entry_cap', limit: '500.5' }],
  ['batch_rows_cap', ' 1000 ', { name: 'batch_rows_cap', rows: 1000 }],
  ['description_required', 'true', { name: 'description_required', isOn: true }],
  ['two_person', 'false', { name: 'two_person', isOn: false }],
  ['allowed_types', 'increment, void', { name: 'allowed_types', values: ['increment', 'void'] }],
  ['apply_by', 'ann,bob', { name: 'apply_by', values: ['ann', 'bob'] }],
  ['default_expiry', ' +1y ', { name: 'default_expiry', expiry: '+1y' }],
  ['team_day_cap', '5000', { name: 'team_day_cap', limit: '5000' }],
  ['approval.from', '1000', { name: 'approval.from', limit: '1000' }],
  ['approval.count', ' 3 ', { name: 'approval.count', persons: 3 }],
  ['approval.valid', ' 12h ', { name: 'approval.valid', milliseconds: 43_200_000 }],
  ['approval.signers', '/etc/signers', { name: 'approval.signers', signers: { file: '/etc/signers' } }],
  ['description_pattern', '^(SUP|OPS)-', { name: 'description_pattern', pattern: /^(SUP|OPS)-/u }],
  ['description_pattern', '^S+((A)[B-Z]\\d)+', { name: 'description_pattern', pattern: /^S+((A)[B-Z]\d)+/u }],
] as const) {
  test(`${name} "${text}" is understood`, () => {
    expect(readRule(name, text)).toEqual(value);
  });
}

for (const [name, text, problem] of [
  ['entry_cap', '1,000', 'must not have separators'],
  ['entry_cap', '-5', 'must not be negative'],
  ['batch_confirm_rows', '1.5', 'must be a whole number of rows: "1.5"'],
  ['description_required', 'yes', 'must be true or false: "yes"'],
  ['allowed_types', 'increment,gift', 'has an unknown type "gift"; choose from increment, '],
  ['allowed_types', 'incremnt', 'has an unknown type "incremnt" (did you mean increment?)'],
  ['allowed_currencies', ' , ', 'is empty'],
  ...['soon', 'in +1y', '+1year'].map((date) => ['default_expiry', date, 'must be a date'] as const),
  ['approval.signers', 'etc/signers', 'must be the absolute path of an allowed_signers file'],
  ['approval.signers', '/etc/signers\n/etc/others', 'must be the absolute path of an allowed_signers file'],
  ...['0', '-1', '2.5'].map((count) => ['approval.count', count, 'must be a number of persons'] as const),
  ...['7 days', '12hours', '1.5h'].map((time) => ['approval.valid', time, 'must be a period'] as const),
  ['description_pattern', '(', 'is not a regular expression: "("'],
  ['description_pattern', 'a'.repeat(201), 'is longer than 200 characters'],
  ...['^(a+)+$', '((a+)b)*', '((a)+b)*', '(a+(b))*', '(a|a)*', '(a?){30}', '(a)\\1'].map(
    (pattern) => ['description_pattern', pattern, 'could take forever to match'] as const,
  ),
] as const) {
  test(`${name} cannot be "${text}"`, () => {
    expect(readRule(name, text)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
}

test('no rule takes an empty text', () => {
  for (const name of ruleNames.filter((each) => each !== 'description_pattern'))
    expect(readRule(name, '')).toHaveProperty('problem');
});
