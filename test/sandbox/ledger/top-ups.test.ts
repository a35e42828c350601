// What a billing person expects of a top-up, one story each.
import { expect, test } from 'vitest';
import { amount } from '../../../src/credits/exact.ts';
import { type TopUp, topUpExpiry } from '../../../src/sandbox/ledger/top-up.ts';
import { grant, instant, MemoryAccount, move, take, voidOf } from './memory-account.ts';

const rule = (more: Partial<TopUp> = {}): TopUp => ({
  id: 'top-up',
  threshold: amount('10'),
  amount: amount('50'),
  costBasis: '0.20',
  expiresAfter: null,
  activeFrom: instant('2026-01-01'),
  autoCollection: true,
  netTerms: 30,
  memo: 'Automatic',
  requirePayment: false,
  ...more,
});

function toppedUp(more: Partial<TopUp> = {}): MemoryAccount {
  const account = new MemoryAccount();
  account.do(grant('100', { expiresAt: instant('2026-03-01') }));
  account.topUp = rule(more);
  return account;
}

test('a balance that falls to the threshold is topped up, and an invoice is sent', () => {
  const account = toppedUp();
  expect(account.lines(take('89'))).toEqual(['decrement 89: 100 → 11']);
  expect(account.lines(take('1'))).toEqual(['decrement 1: 11 → 10', 'increment 50: 10 → 60']);
  expect(account.blocks.at(-1)).toMatchObject({ source: 'top_up', status: 'active', costBasis: '0.20' });
  expect(account.invoices).toMatchObject([
    { status: 'draft', total: '10', memo: 'Automatic', topUpId: 'top-up', dueAt: instant('2026-02-09') },
  ]);
});

test('a top-up that does not suffice is followed by another one after the next entry', () => {
  const account = toppedUp();
  expect(account.lines(take('180'))).toEqual(['decrement 180: 100 → -80', 'increment 50: -80 → -30']);
  expect(account.lines(take('1')).at(-1)).toBe('increment 50: -31 → 19');
  expect(account.lines(take('1'))).toEqual(['decrement 1: 19 → 18']);
});

test('credits that lapse or are voided are topped up too, dated when it happened', () => {
  const expired = toppedUp();
  expect(expired.until('2026-04-01')).toEqual(['credit_block_expiry 100: 100 → 0', 'increment 50: 0 → 50']);
  expect(expired.entries.at(-1)?.createdAt).toBe(instant('2026-03-01'));
  expect(toppedUp().lines(voidOf('#1', '95')).at(-1)).toBe('increment 50: 5 → 55');
  // A new expiry in the past lets them lapse with the same command.
  expect(toppedUp().lines(move('2026-01-10', { blockId: '#1' }))).toEqual([
    'expiration_change 100: 100 → 100',
    'credit_block_expiry 100: 100 → 0',
    'increment 50: 0 → 50',
  ]);
});

test('credits of a top-up that lapse are bought again, as often as time has passed', () => {
  const account = toppedUp({ expiresAfter: { count: 1, unit: 'month' } });
  account.until('2026-05-15');
  expect(
    account.entries
      .slice(1)
      .map((each) => `${each.type} ${new Date(each.createdAt).toISOString().slice(0, 10)}`),
  ).toEqual([
    'credit_block_expiry 2026-03-01',
    'increment 2026-03-01',
    'credit_block_expiry 2026-04-01',
    'increment 2026-04-01',
    'credit_block_expiry 2026-05-01',
    'increment 2026-05-01',
  ]);
});

test('while a top-up waits for its payment there is no other one', () => {
  const account = toppedUp({ requirePayment: true });
  expect(account.lines(take('95'))).toEqual(['decrement 95: 100 → 5', 'increment 50: 5 → 5']);
  expect(account.blocks.at(-1)).toMatchObject({ status: 'pending_payment', counted: false });
  expect(account.lines(take('1'))).toEqual(['decrement 1: 5 → 4']);
  const pending = account.blocks.at(-1)?.id ?? '';
  // Its invoice is neither paid nor voided by this.
  expect(account.lines(voidOf(pending, '50'))).toEqual(['void_initiated 50: 4 → 4', 'void 50: 4 → 4']);
});

test('credits that cost nothing are not waited for, and have an invoice over nothing', () => {
  const account = toppedUp({ costBasis: '0.00', requirePayment: true });
  expect(account.lines(take('95')).at(-1)).toBe('increment 50: 5 → 55');
  expect(account.invoices).toMatchObject([{ total: '0', status: 'draft' }]);
});

test('before it is active a top-up buys nothing', () => {
  const account = toppedUp({ activeFrom: instant('2026-02-01') });
  expect(account.lines(take('95'))).toEqual(['decrement 95: 100 → 5']);
});

test.each([
  ['2026-01-10T12:00:00Z', 30, 'day', '2026-02-09T12:00:00Z'],
  ['2026-01-31T08:30:00Z', 1, 'month', '2026-02-28T08:30:00Z'],
  ['2027-12-31T00:00:00Z', 2, 'month', '2028-02-29T00:00:00Z'],
  ['2026-03-15T23:59:59Z', 12, 'month', '2027-03-15T23:59:59Z'],
] as const)('from %s on for %i %s: until %s', (from, count, unit, end) => {
  expect(topUpExpiry(rule({ expiresAfter: { count, unit } }), instant(from))).toBe(instant(end));
});
