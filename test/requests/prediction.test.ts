import { expect, test } from 'vitest';
import { type CalendarDate, startOfDay } from '../../src/credits/calendar.ts';
import type { CreditBlock } from '../../src/credits/customer.ts';
import { type Amount, amount } from '../../src/credits/exact.ts';
import { type Effect, effectOf } from '../../src/requests/prediction.ts';
import { type Json, type JsonObject, jsonNumber } from '../../src/wire/json.ts';
import { creditBlock } from '../support/blocks.ts';

const now = Date.UTC(2026, 10, 23, 12);

function block(id: string, balance: string, more: Partial<CreditBlock> = {}): CreditBlock {
  const effective_date = '2026-01-01T00:00:00+00:00';
  const granted = { balance: amount(balance), maximum_initial_balance: amount('1000') };
  return creditBlock({ id, ...granted, effective_date, ...more });
}

const money = (text: string): { per_unit_cost_basis: Amount } => ({ per_unit_cost_basis: amount(text) });
const expires = (date: string) => ({ expiry_date: `${date}T00:00:00+00:00` });

function effect(body: Record<string, Json>, ...blocks: readonly CreditBlock[]): Effect {
  const numbers: JsonObject =
    typeof body.amount === 'string' ? { ...body, amount: jsonNumber(body.amount) } : body;
  return effectOf(numbers, { blocks, now, startOfDay: (date) => startOfDay(date as CalendarDate, 'UTC') });
}

const balances = ({ balanceBefore, balanceAfter }: Effect): readonly string[] => [
  balanceBefore,
  balanceAfter,
];

test('a grant raises the balance by itself and makes a block', () => {
  expect(effect({ entry_type: 'increment', amount: '0.2' }, block('a', '0.1'))).toEqual({
    currency: 'credits',
    balanceBefore: '0.1',
    balanceAfter: '0.3',
    moves: [{ block: undefined, before: '0', after: '0.2', expires: null }],
    revenue: null,
    invoice: null,
    notes: [],
  });
});

test('the balance is that of active, effective blocks which have not expired', () => {
  const blocks = [
    block('usable', '1'),
    block('requires payment', '2', { status: 'pending_payment' }),
    block('later', '4', { effective_date: '2026-11-23T12:00:01+00:00' }),
    block('just now', '8', { effective_date: '2026-11-23T12:00:00+00:00' }),
    block('expired', '16', { expiry_date: '2026-11-23T12:00:00+00:00' }),
    block('expires soon', '32', { expiry_date: '2026-11-23T12:00:01+00:00' }),
    block('always was', '64', { effective_date: null }),
    block('negative', '-0.5'),
  ];
  expect(effect({ entry_type: 'increment', amount: '1', currency: 'tokens' }, ...blocks)).toMatchObject({
    currency: 'tokens',
    balanceBefore: '104.5',
  });
});

test('a sale shows the exact total of its invoice', () => {
  const outcome = effect({
    entry_type: 'increment',
    amount: '3',
    per_unit_cost_basis: '0.1',
    expiry_date: '2027-01-01T00:00:00+00:00',
    invoice_settings: { auto_collection: false, net_terms: jsonNumber('30') },
  });
  expect(outcome).toMatchObject({ invoice: '0.3', balanceAfter: '3', notes: [] });
  expect(outcome.moves[0]?.expires).toBe('2027-01-01T00:00:00+00:00');
  const free = effect({ entry_type: 'increment', amount: '3', per_unit_cost_basis: '0' });
  expect(free.invoice).toBeNull();
});

test('credits that wait for payment do not count yet', () => {
  const sale = { entry_type: 'increment', amount: '3', per_unit_cost_basis: '1' };
  const outcome = effect({
    ...sale,
    invoice_settings: { auto_collection: false, require_successful_payment: true },
  });
  expect(balances(outcome)).toEqual(['0', '0']);
  expect(outcome.notes).toEqual(['The credits can be used only after their invoice is paid.']);
  const paid = { auto_collection: false, require_successful_payment: true, mark_as_paid: true };
  expect(effect({ ...sale, invoice_settings: paid })).toMatchObject({ balanceAfter: '3', notes: [] });
});

test('credits that start later do not count yet', () => {
  const outcome = effect({
    entry_type: 'increment',
    amount: '3',
    effective_date: '2026-12-01T00:00:00+00:00',
  });
  expect(balances(outcome)).toEqual(['0', '0']);
  expect(outcome.notes).toEqual(['The credits can be used from 2026-12-01T00:00:00+00:00.']);
  const backdated = effect({
    entry_type: 'increment',
    amount: '3',
    effective_date: '2026-01-01T00:00:00+00:00',
  });
  expect(backdated).toMatchObject({
    balanceAfter: '3',
    notes: ['Usage since 2026-01-01T00:00:00+00:00 may draw on the credits at once.'],
  });
});

test('only usage of days that began after credits became effective can draw on them', () => {
  const from = (date: string, more: Record<string, Json> = {}) =>
    effect({ entry_type: 'increment', amount: '3', effective_date: `${date}T00:00:00+00:00`, ...more }).notes;
  expect(from('2026-11-23')).toEqual([]);
  expect(from('2026-11-22')).toHaveLength(1);
  const unpaid = { auto_collection: false, net_terms: 0, require_successful_payment: true };
  expect(from('2026-11-22', { per_unit_cost_basis: '1', invoice_settings: unpaid })).toEqual([
    'The credits can be used only after their invoice is paid.',
  ]);
});

test('credits cannot end before the day on which they become effective', () => {
  const change = { entry_type: 'expiration_change', block_id: 'a', target_expiry_date: '2026-11-20' };
  const from = (date: string) => effect(change, block('a', '10', { effective_date: date }));
  expect(from('2026-11-20T23:59:59+00:00')).toMatchObject({
    balanceAfter: '0',
    notes: ['The credits expire immediately and leave the balance.'],
  });
  expect(from('2026-11-21T00:00:00+00:00')).toMatchObject({
    balanceAfter: '10',
    notes: ['The API will refuse this: the block is effective only from 2026-11-21T00:00:00+00:00.'],
  });
});

test('a decrement draws on blocks in order, and recognises what each costs', () => {
  const outcome = effect(
    { entry_type: 'decrement', amount: '18' },
    block('never expires', '100', money('9')),
    block('soon, dear', '5', { ...expires('2026-12-01'), ...money('0.3') }),
    block('soon, cheap', '5', { ...expires('2026-12-01'), ...money('0.1') }),
    block('filtered', '5', {
      ...expires('2027-12-01'),
      filters: [{ field: 'item_id', operator: 'includes', values: ['i'] }],
    }),
    block('waits', '5', { status: 'pending_payment' }),
  );
  expect(outcome.moves.map((move) => [move.block, move.before, move.after])).toEqual([
    ['filtered', '5', '0'],
    ['soon, cheap', '5', '0'],
    ['soon, dear', '5', '0'],
    ['never expires', '100', '97'],
  ]);
  expect(outcome).toMatchObject({
    revenue: '29',
    balanceBefore: '115',
    balanceAfter: '97',
    notes: [],
    invoice: null,
  });
});

test('a decrement of more than there is goes below zero and says by how much', () => {
  const outcome = effect({ entry_type: 'decrement', amount: '12' }, block('a', '10', money('1')));
  expect(outcome).toMatchObject({
    balanceAfter: '-2',
    revenue: '10',
    notes: [
      'The balance goes below zero: 2 more than is available. The API chooses the block that goes negative.',
    ],
  });
});

test('a decrement goes below zero also where a negative block has eaten up the others', () => {
  const outcome = effect({ entry_type: 'decrement', amount: '8' }, block('a', '10'), block('b', '-5'));
  expect(outcome).toMatchObject({ balanceBefore: '5', balanceAfter: '-3' });
  expect(outcome.notes).toEqual([
    'The balance goes below zero: 3 more than is available. The API chooses the block that goes negative.',
  ]);
  expect(outcome.moves).toHaveLength(1);
  const inDebt = effect({ entry_type: 'decrement', amount: '8' }, block('b', '-5'));
  expect(inDebt.notes[0]).toContain(': 8 more than is available.');
});

test('a decrement moves no block that it needs nothing of', () => {
  const blocks = [block('later', '5'), block('soon', '5', expires('2026-12-01'))];
  expect(effect({ entry_type: 'decrement', amount: '5' }, ...blocks).moves).toHaveLength(1);
});

test('a decrement of all there is ends at zero without a note', () =>
  expect(effect({ entry_type: 'decrement', amount: '10' }, block('a', '10'))).toMatchObject({
    balanceAfter: '0',
    notes: [],
  }));

test('a later expiry moves credits to a new block and leaves the balance', () => {
  const outcome = effect(
    { entry_type: 'expiration_change', block_id: 'a', amount: '4', target_expiry_date: '2027-01-01' },
    block('a', '10', expires('2026-12-01')),
    block('b', '1'),
  );
  expect(outcome).toMatchObject({ balanceBefore: '11', balanceAfter: '11', revenue: null, notes: [] });
  expect(outcome.moves).toEqual([
    { block: 'a', before: '10', after: '6', expires: '2026-12-01T00:00:00+00:00' },
    { block: undefined, before: '0', after: '4', expires: '2027-01-01' },
  ]);
});

test('without an amount all that is left of the block moves, and a day that has begun ends it at once', () => {
  const change = { entry_type: 'expiration_change', block_id: 'a', target_expiry_date: '2026-11-23' };
  const outcome = effect(change, block('a', '10'), block('b', '1'));
  expect(outcome).toMatchObject({ balanceBefore: '11', balanceAfter: '1' });
  expect(outcome.notes).toEqual(['The credits expire immediately and leave the balance.']);
  const later = block('a', '10', { effective_date: '2027-01-01T00:00:00+00:00' });
  expect(balances(effect(change, later))).toEqual(['0', '0']);
  const unpaid = block('a', '10', { status: 'pending_payment' });
  expect(balances(effect(change, unpaid, block('b', '1')))).toEqual(['1', '1']);
  const refusal = ['The API will refuse this: the block has 0 left.'];
  expect(effect(change, block('a', '0'), block('b', '1')).notes).toEqual(refusal);
});

test('of a block in debt nothing is left to move', () => {
  const change = { entry_type: 'expiration_change', block_id: 'a', target_expiry_date: '2027-11-23' };
  const { moves, notes } = effect(change, block('a', '-5'));
  expect(moves.map(({ before, after }) => [String(before), String(after)])).toEqual([
    ['-5', '-5'],
    ['0', '0'],
  ]);
  expect(notes).toEqual(['The API will refuse this: the block has -5 left.']);
});

test('the block of an expiration change is found by its expiry, or as the only one that never expires', () => {
  const blocks = [
    block('a', '10', expires('2026-12-01')),
    block('b', '2'),
    block('c', '3', expires('2027-12-01')),
  ];
  const change = { entry_type: 'expiration_change', target_expiry_date: '2028-01-01' };
  expect(effect({ ...change, expiry_date: '2027-11-30T16:00:00-08:00' }, ...blocks).moves[0]?.block).toBe(
    'c',
  );
  expect(effect(change, ...blocks).moves[0]?.block).toBe('b');
  const twins = effect(change, ...blocks, block('d', '4'));
  expect(twins).toMatchObject({ moves: [], balanceAfter: '19' });
  expect(twins.notes).toEqual(['No open block of the customer matches, so the effect is not known.']);
});

test('a void takes what is left of the block and recognises no revenue', () => {
  const outcome = effect({ entry_type: 'void', block_id: 'a', amount: '4' }, block('a', '10', money('2')));
  expect(outcome).toMatchObject({ balanceBefore: '10', balanceAfter: '6', revenue: null, notes: [] });
  expect(outcome.moves).toEqual([{ block: 'a', before: '10', after: '6', expires: null }]);
});

test('a void of more than is left says how much of it was used', () => {
  const outcome = effect(
    { entry_type: 'void', block_id: 'a', amount: '12' },
    block('a', '10'),
    block('b', '1'),
  );
  expect(outcome).toMatchObject({ balanceBefore: '11', balanceAfter: '1' });
  expect(outcome.notes).toEqual([
    '2 of these credits are already used. Voiding them does not change the balance; it reverses their revenue.',
  ]);
  const negative = effect({ entry_type: 'void', block_id: 'a', amount: '3' }, block('a', '-1'));
  expect(negative).toMatchObject({ balanceBefore: '-1', balanceAfter: '-1' });
});

test('a void of credits that do not count leaves the balance', () => {
  const pending = block('a', '10', { status: 'pending_payment' });
  expect(balances(effect({ entry_type: 'void', block_id: 'a', amount: '4' }, pending))).toEqual(['0', '0']);
});

test.each([
  'void',
  'amendment',
  'expiration_change',
])('%s in a block that the customer does not have is refused', (type) =>
  expect(effect({ entry_type: type, block_id: 'zz', amount: '4' }, block('a', '1'))).toMatchObject({
    balanceAfter: '1',
    moves: [],
    notes: ['The API will refuse this: the customer has no block zz in credits.'],
  }));

test('an amendment gives credits back, also to a block that is used up', () => {
  const outcome = effect({ entry_type: 'amendment', block_id: 'a', amount: '4' }, block('a', '10'));
  expect(outcome).toMatchObject({ balanceBefore: '10', balanceAfter: '14', revenue: null });
  expect(outcome.moves).toEqual([{ block: 'a', before: '10', after: '14', expires: null }]);
});

test('an amendment beyond what the block began with is refused, and an expired block is pointed out', () => {
  const part = block('a', '7', { maximum_initial_balance: amount('10') });
  const amendment = { entry_type: 'amendment', block_id: 'a' };
  expect(effect({ ...amendment, amount: '3' }, part).notes).toEqual([]);
  expect(effect({ ...amendment, amount: '3.1' }, part).notes).toEqual([
    'The API will refuse this: the block would hold more than the 10 first granted.',
  ]);
  const gone = { ...part, ...expires('2026-11-01') };
  const late = effect({ ...amendment, amount: '3' }, gone, block('b', '1'));
  expect(late.notes).toEqual(['The block has already expired, so the effect is not known.']);
  expect(balances(late)).toEqual(['1', '1']);
  const change = { entry_type: 'expiration_change', block_id: 'a', target_expiry_date: '2099-01-01' };
  for (const target_expiry_date of ['2099-01-01', '2026-11-02'])
    expect(effect({ ...change, target_expiry_date }, gone).notes).toEqual(late.notes);
  // No note says that the effect is not known where the API will refuse the write.
  expect(effect(change, { ...gone, balance: amount('0') }).notes).toEqual([
    'The API will refuse this: the expired block has 0 left.',
  ]);
  expect(effect({ ...amendment, amount: '4' }, gone).notes).toEqual([
    'The API will refuse this: the expired block would hold more than the 10 first granted.',
  ]);
});

test('what the API is certain to refuse is said in the effect', () => {
  const known = block('a', '10', { maximum_initial_balance: amount('10') });
  expect(effect({ entry_type: 'void', block_id: 'a', amount: '11' }, known).notes).toEqual([
    'The API will refuse this: only 10 were granted in this block.',
  ]);
  expect(effect({ entry_type: 'void', block_id: 'a', amount: '10' }, known).notes).toEqual([]);
  const boundless = block('a', '10', { maximum_initial_balance: null });
  for (const entry_type of ['void', 'amendment'])
    expect(effect({ entry_type, block_id: 'a', amount: '9' }, boundless).notes).toEqual([]);
  const change = { entry_type: 'expiration_change', block_id: 'a', target_expiry_date: '2099-01-01' };
  expect(effect({ ...change, amount: '11' }, known).notes).toEqual([
    'The API will refuse this: the block has 10 left.',
  ]);
  expect(effect(change, block('a', '0')).notes).toEqual(['The API will refuse this: the block has 0 left.']);
  expect(effect({ ...change, amount: '10' }, known).notes).toEqual([]);
});

test('real money other than that of the invoices is refused, and a pricing unit is not', () => {
  const grant = (currency: string, money: string | null) =>
    effectOf(
      { entry_type: 'increment', amount: jsonNumber('9'), currency },
      { blocks: [], now, startOfDay: () => now, money },
    ).notes;
  const note = 'The API will refuse this: the customer is invoiced in JPY, not in USD.';
  expect(grant('USD', 'JPY')).toEqual([note]);
  for (const currency of ['JPY', 'credits', 'tokens']) expect(grant(currency, 'JPY'), currency).toEqual([]);
  expect(grant('USD', null)).toEqual([]);
});
