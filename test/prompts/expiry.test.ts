import { expect, test } from 'vitest';
import { askExpiry, askExpiryDate } from '../../src/prompts/expiry.ts';
import type { Prompter } from '../../src/prompts/prompter.ts';
import { plannedPrompter, takesFirst } from './planned-prompter.ts';

const today = { now: Date.UTC(2026, 10, 23, 12), zone: 'Europe/London' };

test('credits to the end of the year can be used on its last day', async () => {
  const { prompter } = plannedPrompter([
    'When do the credits expire?',
    'at the end of the year  (usable through 2026-12-31)',
  ]);
  expect(await askExpiry(prompter, { ...today, usual: undefined, before: undefined })).toBe('2027-01-01');
});

test.each<[typed: string, offered: readonly string[]]>([
  ['+45d', ['+45d']],
  ['2027-01-31', ['2027-01-31']],
  ['2027-01-31T10:00:00Z', ['2027-01-31T10:00:00Z']],
  ['Year', ['+1y', '2027-01-01']],
  ['never', ['']],
  // A day that is over, another way to write one, and the beginning of one.
  ['2026-11-20', []],
  ['31.12.2026', []],
  ['2027-02-2', []],
])('what is typed where an expiry is chosen: "%s" offers %j', async (text, offered) => {
  const found: unknown[] = [];
  const choose: Prompter['choose'] = async ({ choices: [first], typed }) => {
    found.push(...(typed?.find(text) ?? []).map(({ value }) => value));
    return first?.value as never;
  };
  const prompter = { ...plannedPrompter().prompter, choose };
  await askExpiry(prompter, { ...today, usual: undefined, before: undefined });
  expect(found).toEqual(offered);
});

test('an expiry that was typed is offered again to who comes back', async () => {
  const { prompter, hints } = takesFirst();
  expect(await askExpiry(prompter, { ...today, usual: undefined, before: '+45d' })).toBe('+45d');
  expect(hints).toEqual(['2027-01-07, Thursday, in 45 days, 00:00 in Europe/London']);
});

test('a text that is no date is answered with the forms of a day to come', async () => {
  const { prompter, refused } = plannedPrompter(
    ['Expiry date', 'soon'],
    ['Expiry date', 'yesterday'],
    ['Expiry date', '+30d'],
  );
  expect(await askExpiryDate(prompter, today, undefined)).toBe('+30d');
  expect(refused[0]).toMatch(/"soon"; write 2027-01-31, .*\+30d/);
  expect(refused[0]).not.toContain('-7d');
  expect(refused[1]).toBe('The date is in the past');
});
