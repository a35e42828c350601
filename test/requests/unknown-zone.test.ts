// What of an entry needs a time zone that this Node knows, and what does not.
import { expect, test } from 'vitest';
import { entryBody } from '../../src/requests/entry-request.ts';

const context = { now: Date.UTC(2026, 10, 27), zone: 'America/Newly_Made' };

test('an entry without dates, with exact times, or with a day that the API reads needs none', () => {
  expect(entryBody({ amount: '5' }, context)).toHaveProperty('body');
  const at = '2099-04-30T00:00:00+02:00';
  expect(entryBody({ amount: '5', expires: at }, context)).toMatchObject({
    body: { expiry_date: '2099-04-29T22:00:00+00:00' },
  });
  const moved = { type: 'expiration_change', block: 'b', targetExpires: '2099-04-30' };
  expect(entryBody(moved, context)).toMatchObject({ body: { target_expiry_date: '2099-04-30' } });
});

test.each([
  { expires: '2099-04-30' },
  { effective: 'today' },
  { expires: '+30d' },
])('%j needs one', (dates) => {
  const made = entryBody({ amount: '5', ...dates }, context);
  expect(made).toEqual({
    problems: [{ where: expect.any(String), problem: expect.stringContaining('America/Newly_Made') }],
  });
});

test('a past time is refused without a day that nobody knows', () =>
  expect(entryBody({ amount: '5', expires: '2020-01-01T00:00:00Z' }, context)).toEqual({
    problems: [{ where: '--expires', problem: 'is in the past' }],
  }));
