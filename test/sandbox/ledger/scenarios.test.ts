// What a billing person expects of a ledger, one story each.
import { expect, test } from 'vitest';
import { amount } from '../../../src/credits/exact.ts';
import { entryStatus, gracePeriod } from '../../../src/sandbox/ledger/model.ts';
import { giveBack, grant, instant, MemoryAccount, move, take, voidOf } from './memory-account.ts';

const sold = (more: object = {}) => ({
  costBasis: '0.20',
  invoice: {
    autoCollection: true,
    invoiceAt: instant('2026-01-10'),
    dueAt: instant('2026-02-09'),
    itemId: null,
    markAsPaid: false,
    memo: null,
    requirePayment: false,
    ...more,
  },
});

test('every grant is a block of its own', () => {
  const account = new MemoryAccount();
  expect(account.lines(grant('100'))).toEqual(['increment 100: 0 → 100']);
  expect(account.lines(grant('0.1'))).toEqual(['increment 0.1: 100 → 100.1']);
  expect(account.lines(grant('0.2'))).toEqual(['increment 0.2: 100.1 → 100.3']);
  expect(account.balances()).toEqual(['#1 100', '#3 0.1', '#5 0.2']);
  expect(account.entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test('a decrement draws from limited blocks first, then the soonest to expire, then the cheapest, then the oldest', () => {
  const account = new MemoryAccount();
  const june = { expiresAt: instant('2026-06-01') };
  account.do(grant('1'));
  account.do(grant('2', { ...june, ...sold() }));
  account.do(grant('3', june));
  account.do(grant('4', { expiresAt: instant('2026-03-01') }));
  account.do(grant('5', { filters: [{ field: 'item_id', operator: 'includes', values: ['x'] }] }));
  account.do(grant('6', june));
  expect(account.lines(take('21'))).toEqual([
    'decrement 5: 21 → 16',
    'decrement 4: 16 → 12',
    'decrement 3: 12 → 9',
    'decrement 6: 9 → 3',
    'decrement 2: 3 → 1',
    'decrement 1: 1 → 0',
  ]);
});

test('the answer to a decrement over several blocks is the last entry', () => {
  const account = new MemoryAccount();
  account.do(grant('1'));
  account.do(grant('1'));
  expect(account.do(take('2'))).toMatchObject({ sequence: 4, starting: '1', ending: '0' });
});

test('the last block in order goes negative and keeps the whole remainder in one entry', () => {
  const account = new MemoryAccount();
  account.do(grant('10', { expiresAt: instant('2026-06-01') }));
  account.do(grant('5'));
  expect(account.lines(take('20'))).toEqual(['decrement 10: 15 → 5', 'decrement 10: 5 → -5']);
  expect(account.balances()).toEqual(['#1 0', '#3 -5']);
});

test('a depleted block carries the next debt, and a new grant does not cure it', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  account.do(take('10'));
  expect(account.lines(take('3'))).toEqual(['decrement 3: 0 → -3']);
  expect(account.lines(grant('5'))).toEqual(['increment 5: -3 → 2']);
  expect(account.balances()).toEqual(['#1 -3', '#5 5']);
});

test('without any block a debt makes one that never expires', () => {
  const account = new MemoryAccount();
  expect(account.lines(take('7'))).toEqual(['decrement 7: 0 → -7']);
  expect(account.blocks).toMatchObject([{ balance: '-7', initial: '0', expiresAt: null }]);
  expect(account.lines(giveBack('#1', '7'))).toEqual(['amendment 7: -7 → 0']);
});

test('credits lapse when their block expires, dated at the expiry however late anyone asks', () => {
  const account = new MemoryAccount();
  account.do(grant('10', { expiresAt: instant('2026-02-01') }));
  account.do(take('4'));
  expect(account.until('2026-01-31T23:59:59Z')).toEqual([]);
  expect(account.until('2027-07-01')).toEqual(['credit_block_expiry 6: 6 → 0']);
  expect(account.entries.at(-1)?.createdAt).toBe(instant('2026-02-01'));
});

test('what fell due in the meantime is written in the order of time', () => {
  const account = new MemoryAccount();
  account.do(grant('1', { expiresAt: instant('2026-05-01') }));
  account.do(grant('2', { effectiveAt: instant('2026-03-01'), expiresAt: instant('2026-04-01') }));
  account.do(grant('3', { expiresAt: instant('2026-02-01') }));
  expect(account.until('2026-12-01')).toEqual([
    'credit_block_expiry 3: 4 → 1',
    'increment 2: 1 → 3',
    'credit_block_expiry 2: 3 → 1',
    'credit_block_expiry 1: 1 → 0',
  ]);
});

test('the debt of an expiring block moves on, so that the total stays', () => {
  const account = new MemoryAccount();
  account.do(grant('10', { expiresAt: instant('2026-02-01') }));
  account.do(take('15'));
  expect(account.until('2026-02-01')).toEqual(['expiration_change 5: -5 → -5']);
  expect(account.balances().at(-1)).toBe('#4 -5');
  expect(account.head.balance).toBe('-5');
  expect(account.do(giveBack('#1', '5'))).toBe('block-expired');
  expect(account.lines(giveBack('#4', '5'))).toEqual(['amendment 5: -5 → 0']);
});

test('a grant for the future is not counted nor drawn before its day', () => {
  const account = new MemoryAccount();
  expect(account.lines(grant('10', { effectiveAt: instant('2026-03-01') }))).toEqual(['increment 10: 0 → 0']);
  expect(account.lines(take('1'))).toEqual(['decrement 1: 0 → -1']);
  expect(account.until('2026-03-01')).toEqual(['increment 10: -1 → 9']);
  expect(account.lines(take('4'))).toEqual(['decrement 4: 9 → 5']);
});

test('a grant that waits for its payment is not counted, and lapses without moving the balance', () => {
  const account = new MemoryAccount();
  const unpaid = { ...sold({ requirePayment: true }), expiresAt: instant('2026-02-01') };
  expect(account.lines(grant('10', unpaid))).toEqual(['increment 10: 0 → 0']);
  expect(account.blocks[0]?.status).toBe('pending_payment');
  expect(account.until('2026-02-01')).toEqual(['credit_block_expiry 10: 0 → 0']);
});

test('a grant that must be paid and is marked as paid counts at once', () => {
  const account = new MemoryAccount();
  const paid = sold({ requirePayment: true, markAsPaid: true });
  expect(account.lines(grant('10', paid))).toEqual(['increment 10: 0 → 10']);
  expect(account.invoices).toMatchObject([{ status: 'paid', total: '2', quantity: '10' }]);
});

test('an invoice costs amount times cost basis, in the currency of the customer', () => {
  const account = new MemoryAccount();
  account.invoicingCurrency = 'GBP';
  const entry = account.do(grant('100.5', sold()));
  expect(account.invoices).toMatchObject([{ total: '20.1', status: 'draft', currency: 'GBP' }]);
  expect(entry).toMatchObject({ invoiceId: account.invoices[0]?.id });
});

test('credits that cost nothing wait for no payment, and have an invoice over nothing', () => {
  const account = new MemoryAccount();
  const free = { ...sold({ requirePayment: true }), costBasis: '0.00' };
  expect(account.lines(grant('1', free))).toEqual(['increment 1: 0 → 1']);
  expect(account.invoices).toMatchObject([{ total: '0', status: 'draft' }]);
});

test('a changed expiry moves the credits to a new block and leaves the balance', () => {
  const account = new MemoryAccount();
  const june = instant('2026-06-01');
  account.do(grant('10', { expiresAt: june, ...sold() }));
  expect(account.lines(move('2026-12-01', { amount: amount('4'), expiresAt: june }))).toEqual([
    'expiration_change 4: 10 → 10',
  ]);
  expect(account.entries.at(-1)).toMatchObject({
    blockId: account.blocks[0]?.id,
    newBlockExpiresAt: instant('2026-12-01'),
  });
  const [source, moved] = account.blocks;
  expect(source?.balance).toBe('6');
  expect(moved).toMatchObject({ balance: '4', initial: '4', costBasis: '0.20', source: 'manual' });
  expect(moved?.effectiveAt).toBe(source?.effectiveAt);
});

test('without an amount all that remains moves, and without a source the sole block that never expires gives it', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  account.do(take('3'));
  expect(account.lines(move('2026-12-01'))).toEqual(['expiration_change 7: 7 → 7']);
});

test('credits moved to a day that has begun already lapse at once, and the answer is still the move', () => {
  const account = new MemoryAccount('2026-01-10T15:00:00Z');
  account.do(grant('10'));
  const before = account.entries.length;
  expect(account.do(move('2026-01-10'))).toMatchObject({ type: 'expiration_change' });
  expect(account.entries.slice(before).map(({ type }) => type)).toEqual([
    'expiration_change',
    'credit_block_expiry',
  ]);
  expect(account.head.balance).toBe('0');
});

test('a void moves what remains to a block that ends now, and takes it from there', () => {
  const account = new MemoryAccount();
  account.do(grant('42'));
  expect(account.lines(voidOf('#1', '42'))).toEqual(['void_initiated 42: 42 → 42', 'void 42: 42 → 0']);
  expect(account.balances()).toEqual(['#1 0', '#3 0']);
  expect(account.until('2027-01-01')).toEqual([]);
});

test('voiding more than remains concerns used credits and takes no more than there is', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  account.do(take('8'));
  expect(account.lines(voidOf('#1', '5'))).toEqual(['void_initiated 2: 2 → 2', 'void 2: 2 → 0']);
  expect(account.entries.at(-1)?.voidAmount).toBe('5');
  expect(account.do(voidOf('#1', '6'))).toBe('void-above-initial');
  expect(account.lines(voidOf('#1', '5'))).toEqual(['void_initiated 0: 0 → 0', 'void 0: 0 → 0']);
});

test('voiding used credits of a block in debt leaves the debt as it is', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  account.do(take('15'));
  expect(account.lines(voidOf('#1', '10'))).toEqual(['void_initiated 0: -5 → -5', 'void 0: -5 → -5']);
  expect(account.balances()[0]).toBe('#1 -5');
});

test('a partial void leaves the rest of the block to be used', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  expect(account.lines(voidOf('#1', '4'))).toEqual(['void_initiated 10: 10 → 10', 'void 4: 10 → 6']);
  expect(account.lines(take('6'))).toEqual(['decrement 6: 6 → 0']);
});

test('voiding credits that are not effective yet leaves the balance alone', () => {
  const account = new MemoryAccount();
  account.do(grant('10', { effectiveAt: instant('2026-03-01') }));
  expect(account.lines(voidOf('#1', '10'))).toEqual(['void_initiated 10: 0 → 0', 'void 10: 0 → 0']);
  expect(account.until('2026-03-01')).toEqual([]);
});

test('an amendment gives back what was taken, once', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  account.do(take('6'));
  expect(account.lines(giveBack('#1', '4'))).toEqual(['amendment 4: 4 → 8']);
  expect(account.do(giveBack('#1', '3'))).toBe('amendment-above-decremented');
  expect(account.lines(giveBack('#1', '2'))).toEqual(['amendment 2: 8 → 10']);
});

test('what a void refunded of used credits is not given back as well', () => {
  const account = new MemoryAccount();
  account.do(grant('100'));
  account.do(take('60'));
  account.do(voidOf('#1', '100'));
  expect(account.do(giveBack('#1', '60'))).toBe('amendment-above-decremented');
  expect(account.head.balance).toBe('0');
});

test('used credits are given back as far as no void has refunded them', () => {
  const account = new MemoryAccount();
  account.do(grant('100'));
  account.do(take('60'));
  account.do(voidOf('#1', '65'));
  expect(account.do(giveBack('#1', '36'))).toBe('amendment-above-decremented');
  expect(account.lines(giveBack('#1', '35'))).toEqual(['amendment 35: 0 → 35']);
  expect(account.do(voidOf('#1', '36'))).toBe('void-above-initial');
});

test('moved credits are voided where they are now, and not in the block that they left', () => {
  const account = new MemoryAccount();
  account.do(grant('100'));
  account.do(take('10'));
  account.do(move('2026-12-01', { blockId: '#1', amount: amount('70') }));
  const moved = account.blocks[1]?.id ?? '';
  expect(account.do(voidOf('#1', '31'))).toBe('void-above-initial');
  expect(account.lines(voidOf('#1', '30'))).toEqual(['void_initiated 20: 90 → 90', 'void 20: 90 → 70']);
  expect(account.lines(voidOf(moved, '70'))).toEqual(['void_initiated 70: 70 → 70', 'void 70: 70 → 0']);
  for (const id of ['#1', moved]) {
    expect(account.do(voidOf(id, '0.01'))).toBe('void-above-initial');
    expect(account.do(giveBack(id, '0.01'))).toBe('amendment-above-decremented');
  }
});

test('a debt is given back to its block, also where all of its credits were voided or moved', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  account.do(voidOf('#1', '10'));
  account.do(grant('5'));
  account.do(take('8'));
  const owing = account.blocks.find(({ balance }) => balance === '-3')?.id ?? '';
  expect(account.do(giveBack(owing, '8.01'))).toBe('amendment-above-decremented');
  expect(account.lines(giveBack(owing, '8'))).toEqual(['amendment 8: -3 → 5']);
});

test('the time of entries does not run backwards when the clock is set back', () => {
  const account = new MemoryAccount('2026-01-10T10:00:00.900Z');
  account.do(grant('1'));
  account.now = instant('2025-06-01');
  account.do(grant('1'));
  expect(account.entries.map(({ createdAt }) => createdAt)).toEqual([
    instant('2026-01-10T10:00:00Z'),
    instant('2026-01-10T10:00:00Z'),
  ]);
  expect(account.blocks[1]?.counted).toBe(true);
});

test('an entry is pending until the grace period has passed', () => {
  expect(entryStatus(0, gracePeriod - 1)).toBe('pending');
  expect(entryStatus(0, gracePeriod)).toBe('committed');
});
