// Command lines that are named as a way on: they lead where the line led that names them.
import { expect, test } from 'vitest';
import { leadingTo } from '../../../src/output/terminal/next-command.ts';

const profile = { profile: '--profile live', sandbox: '', db: '' };
const sandbox = { profile: '', sandbox: '--sandbox', db: '--db x.db' };

test.each([
  ['creditctl batch approve x.plan', profile, 'creditctl batch approve x.plan --profile live'],
  [
    'Search: creditctl customers search acme',
    profile,
    'Search: creditctl customers search acme --profile live',
  ],
  ['creditctl history settle k', sandbox, 'creditctl history settle k --sandbox --db x.db'],
  ['creditctl config get base_url', profile, 'creditctl config get base_url --profile live'],
  ['creditctl config get base_url', sandbox, 'creditctl config get base_url'],
  ['creditctl sandbox reset', sandbox, 'creditctl sandbox reset --db x.db'],
])('%s', (step, where, led) => expect(leadingTo(step, where)).toBe(led));

test.each([
  "'Acme, Inc'",
  "'Acme Inc. Ltd'",
  "'it'\\''s, here'",
  "'a --sandbox'",
])('a quoted word may be %s', (word) => {
  const step = `Search: creditctl customers search ${word}`;
  expect(leadingTo(step, profile)).toBe(`${step} --profile live`);
});

test.each([
  'creditctl auth login --profile other',
  'creditctl batch resume b --sandbox',
  'creditctl ledger add --help',
  'creditctl --help',
  'creditctl config list',
  'creditctl config list shows the profiles',
  'creditctl blocks void, or blocks amend',
  'See details: creditctl sandbox status. Start over: creditctl config list',
  "creditctl blocks void 'a, b', or blocks amend",
  `creditctl customers search ${"\\'".repeat(40)}, or not`,
  'Run the same command again',
  'Update creditctl',
])('%s stays as it is', (step) => expect(leadingTo(step, profile)).toBe(step));
