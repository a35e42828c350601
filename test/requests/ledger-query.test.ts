import { expect, test } from 'vitest';
import { blocksQuery, ledgerQuery, ledgerQueryProblems, pageOf } from '../../src/requests/ledger-query.ts';

const acme = { by: 'external', id: 'acme' } as const;
const from = Date.UTC(2026, 0, 1);

test('the filters of entries become the parameters of the contract', () =>
  expect(
    ledgerQuery(
      acme,
      { type: 'void', status: 'pending', minAmount: ' 1.50 ', currency: 'USD' },
      { from, upTo: from + 1000, before: from + 2000 },
    ),
  ).toEqual({
    method: 'GET',
    path: '/customers/external_customer_id/acme/credits/ledger',
    query: [
      ['currency', 'USD'],
      ['entry_type', 'void'],
      ['entry_status', 'pending'],
      ['minimum_amount', '1.5'],
      ['created_at[gte]', '2026-01-01T00:00:00+00:00'],
      ['created_at[lte]', '2026-01-01T00:00:01+00:00'],
      ['created_at[lt]', '2026-01-01T00:00:02+00:00'],
    ],
  }));

test('what was not said is no parameter', () => expect(ledgerQuery(acme, {}, {}).query).toEqual([]));

test('all blocks are asked for only if all are meant', () => {
  expect(blocksQuery({ by: 'id', id: 'a/b' }, { currency: 'c', all: true }, { from })).toEqual({
    method: 'GET',
    path: '/customers/a%2Fb/credits',
    query: [
      ['currency', 'c'],
      ['include_all_blocks', 'true'],
      ['effective_date[gte]', '2026-01-01T00:00:00+00:00'],
    ],
  });
  expect(blocksQuery(acme, { all: false }).query).toEqual([]);
});

test('a page is the same request with a limit and a cursor', () => {
  const request = blocksQuery(acme, { currency: 'c' });
  expect(pageOf(request, 7, 'x').query).toEqual([
    ['currency', 'c'],
    ['limit', '7'],
    ['cursor', 'x'],
  ]);
  expect(pageOf(request, 7, undefined).query).toEqual([
    ['currency', 'c'],
    ['limit', '7'],
  ]);
});

test('every wrong filter is told', () =>
  expect(
    ledgerQueryProblems({ type: 'undo', status: 'done', minAmount: '-1', currency: '' }).map(
      ({ where, problem }) => `${where} ${problem}`,
    ),
  ).toEqual([
    '--type must be one of increment, decrement, expiration_change, void, amendment, void_initiated, credit_block_expiry: "undo"',
    '--status must be one of committed, pending: "done"',
    '--min-amount must not be negative: "-1"; write it without the sign',
    '--currency is empty',
  ]));

test('right filters have no problems', () =>
  expect(ledgerQueryProblems({ type: 'credit_block_expiry', status: 'committed', minAmount: '0' })).toEqual(
    [],
  ));
