import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CreditBlock } from '../../src/credits/customer.ts';
import { type Amount, add, amount, sum } from '../../src/credits/exact.ts';
import { renderSummary, type SummaryOptions } from '../../src/output/render.ts';
import { balanceOf, balanceRow, balanceView } from '../../src/views/balance.ts';
import { blocksView } from '../../src/views/blocks.ts';
import { parseJson, writeJson } from '../../src/wire/json.ts';
import { textOf } from '../output/sample.ts';
import { block, now } from './records.ts';

const past = '2026-05-31T23:59:59+00:00';
const exactlyNow = '2026-06-01T00:00:00+00:00';
const next = '2026-06-02T00:00:00+00:00';
const later = '2026-07-01T00:00:00+00:00';

const credits = (balance: string, some: Partial<CreditBlock> = {}) =>
  block({ balance: amount(balance), ...some });

const about = { customer: 'acme', currency: 'credits', now };
const balance = (...blocks: CreditBlock[]) => balanceOf(blocks, about);

test('nothing at all', () => {
  expect(balance()).toEqual({
    customer: 'acme',
    currency: 'credits',
    available: '0',
    pending_payment: '0',
    not_yet_effective: '0',
    next_expiry: null,
    blocks: [],
  });
});

test('sums are exact', () => {
  expect(balance(credits('0.1'), credits('0.2')).available).toBe('0.3');
  expect(balance(credits('123456789012345678'), credits('0.000000000000000001')).available).toBe(
    '123456789012345678.000000000000000001',
  );
});

test.each([
  ['a negative block counts', [credits('100'), credits('-30')], '70'],
  ['an expired one does not', [credits('100', { expiry_date: past })], '0'],
  ['one that expires now has', [credits('100', { expiry_date: exactlyNow })], '0'],
  ['one that expires next does', [credits('100', { expiry_date: next })], '100'],
  ['effective from now on does', [credits('100', { effective_date: exactlyNow })], '100'],
  ['effective later does not', [credits('100', { effective_date: next })], '0'],
  ['an unpaid one does not', [credits('100', { status: 'pending_payment' })], '0'],
  ['a status yet unknown does not', [credits('100', { status: 'frozen' })], '0'],
])('available: %s', (_name, blocks, available) => {
  expect(balance(...blocks).available).toBe(available);
});

test('what cannot be drawn yet is listed by its reason, unpaid before not yet effective', () => {
  const found = balance(
    credits('1', { status: 'pending_payment' }),
    credits('2', { status: 'pending_payment', effective_date: next }),
    credits('4', { effective_date: next }),
    credits('8', { status: 'pending_payment', expiry_date: past }),
    credits('16', { effective_date: past, expiry_date: past }),
  );
  expect(found).toMatchObject({ available: '0', pending_payment: '3', not_yet_effective: '4' });
});

test('the next expiry is the earliest of what is available, with all that lapses then', () => {
  const found = balance(
    credits('1', { expiry_date: later }),
    credits('2', { expiry_date: next }),
    credits('0.5', { expiry_date: '2026-06-01T17:00:00-07:00' }),
    credits('-9', { expiry_date: next }),
    credits('4', { expiry_date: next, status: 'pending_payment' }),
    credits('8', { expiry_date: past }),
    credits('16'),
  );
  expect(found.next_expiry).toEqual({ at: next, amount: '2.5' });
});

test('a negative or empty block has nothing to lapse', () => {
  expect(
    balance(credits('-9', { expiry_date: next }), credits('0', { expiry_date: next })).next_expiry,
  ).toBeNull();
});

test('unexpired credits of a known status are in exactly one of the three sums', () => {
  const anyBlock = fc
    .record({
      balance: fc.integer({ min: -1000, max: 1000 }).map((cents) => amount(`${cents}e-2`)),
      status: fc.constantFrom('active', 'pending_payment'),
      effective_date: fc.constantFrom(null, past, exactlyNow, next),
      expiry_date: fc.constantFrom(null, next, later),
    })
    .map(block);
  fc.assert(
    fc.property(fc.array(anyBlock), (blocks) => {
      const { available, pending_payment, not_yet_effective } = balance(...blocks);
      const total: Amount = add(available, add(pending_payment, not_yet_effective));
      expect(total).toBe(sum(blocks.map((each) => each.balance)));
    }),
  );
});

const document = parseJson('{"id":"8EiAAQWdytmsV95s","balance":100.50,"new_field":1}');

const shown = (some: Partial<SummaryOptions>, ...blocks: CreditBlock[]) =>
  textOf(
    renderSummary(
      {
        view: balanceView,
        row: balanceRow(balanceOf(blocks, about), [document]),
        list: blocksView,
        rows: blocks.map((record) => ({ record, document })),
      },
      { format: 'table', table: { kind: 'plain' }, columns: ['id', 'balance'], ...some },
    ),
  );

test('as JSON, the sums are numbers digit for digit and the blocks are the documents of the API', () => {
  const found = balance(credits('123456789012345678.25', { expiry_date: next }));
  expect(writeJson(balanceRow(found, [document]).document)).toBe(
    '{"customer":"acme","currency":"credits","available":123456789012345678.25,"pending_payment":0,' +
      `"not_yet_effective":0,"next_expiry":{"at":"${next}","amount":123456789012345678.25},` +
      '"blocks":[{"id":"8EiAAQWdytmsV95s","balance":100.50,"new_field":1}]}',
  );
});

test('as a table for a pipe, lines of sums over the blocks', async () => {
  expect(await shown({}, credits('100.5', { expiry_date: next }))).toBe(
    [
      'customer            acme',
      'currency            credits',
      'available           100.5',
      'pending_payment     0',
      'not_yet_effective   0',
      `next_expiry.at      ${next}`,
      'next_expiry.amount  100.5',
      '',
      'id                balance',
      '8EiAAQWdytmsV95s    100.5',
      '',
    ].join('\n'),
  );
});

test('as CSV, the blocks alone', async () => {
  expect(await shown({ format: 'csv' }, credits('100.5'))).toBe('id,balance\n8EiAAQWdytmsV95s,100.5\n');
});
