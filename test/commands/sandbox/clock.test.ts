// `sandbox clock`: the words it takes, what it shows, and what it warns of.
import { expect, test } from 'vitest';
import { distanceText } from '../../../src/commands/sandbox/clock-view.ts';
import { creditctl } from '../../support/command.ts';
import { granted } from '../../support/granted.ts';
import { freshHome, run } from '../../support/run.ts';

const home = freshHome();
const clock = async (...words: string[]) => {
  const { code, stdout, stderr } = await run(['sandbox', 'clock', ...words, '-o', 'json'], { home });
  return { code, stderr, reading: stdout === '' ? undefined : JSON.parse(stdout) };
};

test('it shows real time until it is moved, by any unit, and then what it was moved to', async () => {
  expect((await clock('show')).reading).toEqual({
    now: '2026-11-23T12:00:00+00:00',
    real: '2026-11-23T12:00:00+00:00',
    ahead_seconds: 0,
  });
  const steps = [
    ['90m', '2026-11-23T13:30:00+00:00'],
    ['48h', '2026-11-25T13:30:00+00:00'],
    ['30d', '2026-12-25T13:30:00+00:00'],
    ['2w', '2027-01-08T13:30:00+00:00'],
    ['1y', '2028-01-08T13:30:00+00:00'],
  ];
  for (const [duration = '', now] of steps) {
    expect((await clock('advance', duration)).reading).toMatchObject({
      now,
      real: '2026-11-23T12:00:00+00:00',
    });
  }
  expect((await clock()).reading.ahead_seconds).toBe(
    (Date.UTC(2028, 0, 8, 13, 30) - Date.UTC(2026, 10, 23, 12)) / 1000,
  );
  expect((await clock('set', '2030-02-01')).reading.now).toBe('2030-02-01T00:00:00+00:00');
});

test('a step back is allowed, and its limits are said', async () => {
  await clock('set', '2031-01-01T00:00:00+02:00');
  const { code, stderr, reading } = await clock('real');
  expect(code).toBe(0);
  expect(reading.ahead_seconds).toBe(0);
  expect(JSON.parse(stderr)).toEqual({
    clock_went_back: { from: '2030-12-31T22:00:00+00:00', to: '2026-11-23T12:00:00+00:00' },
  });
});

test('other commands follow it', async () => {
  await clock('set', '2027-03-01T00:00:00Z');
  const { stdout } = await run(
    ['ledger', 'add', 'acme', '--amount', '1', '--sandbox', '--yes', '-o', 'json'],
    { home },
  );
  expect(JSON.parse(stdout).created_at).toBe('2027-03-01T00:00:00+00:00');
});

test.each([
  [['set'], '<instant> is missing'],
  [['set', 'tomorrow'], '<instant> is not a time'],
  [['set', '1969-12-31'], '<instant> is outside'],
  [['set', '9900-01-01'], '<instant> is outside the years 1970 to 9899'],
  [['advance'], '<duration> is missing'],
  [['advance', '3x'], '<duration> is not a duration'],
  [['advance', '9000y'], '<instant> is outside'],
  [['stop'], '<action> must be show, set, advance or real'],
  [['real', 'now'], 'real takes no more arguments'],
])('%j is a usage error', async (words, sentence) => {
  const { code, stderr } = await clock(...words);
  expect(code).toBe(2);
  expect(JSON.parse(stderr).error.message).toContain(sentence);
});

test('distances are shown in the two largest units', () => {
  expect([0, 59, -3600, 90_061].map(distanceText)).toEqual(['none', '59s ahead', '1h behind', '1d 1h ahead']);
});

test('dates, balances and keys of a command on the embedded ledger go by its clock', async () => {
  const { home: moved } = await granted('--amount 5 --expires +30d');
  await creditctl('sandbox clock advance 20d --sandbox', { home: moved });
  const line = 'ledger add acme --amount 7 --expires +30d --effective +1d --sandbox --yes -o json';
  const { stdout } = await creditctl(line, { home: moved });
  expect(JSON.parse(stdout)).toMatchObject({ credit_block: { expiry_date: '2027-01-12T08:00:00+00:00' } });
  await creditctl('sandbox clock advance 11d --sandbox', { home: moved });
  const balance = await creditctl('balance acme --sandbox --json available,not_yet_effective', {
    home: moved,
  });
  expect(JSON.parse(balance.stdout)).toEqual({ available: 7, not_yet_effective: 0 });
});
