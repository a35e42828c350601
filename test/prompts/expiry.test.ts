import { expect, test } from 'vitest';
import { askExpiry, askExpiryDate } from '../../src/prompts/expiry.ts';
import { plannedPrompter } from './planned-prompter.ts';

const today = { now: Date.UTC(2026, 10, 23, 12), zone: 'Europe/London' };

test('credits to the end of the year can be used on its last day', async () => {
  const { prompter } = plannedPrompter([
    'When do the credits expire?',
    'at the end of the year  (usable through 2026-12-31)',
  ]);
  expect(await askExpiry(prompter, { ...today, usual: undefined, before: undefined })).toBe('2027-01-01');
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
