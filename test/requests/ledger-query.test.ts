import { expect, test } from 'vitest';
import {
  blocksQuery,
  type ListFlags,
  ledgerQuery,
  ledgerQueryProblems,
  pageOf,
  type RangeDraft,
  readListFlags,
  readTimeRange,
} from '../../src/requests/ledger-query.ts';

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

test('every wrong filter is named', () =>
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

test.each<[ListFlags, unknown]>([
  [{}, { limit: 20 }],
  [{ limit: '1' }, { limit: 1 }],
  [{ limit: '99999999999' }, { limit: 99_999_999_999 }],
  [
    { limit: '500', cursor: 'c' },
    { limit: 500, cursor: 'c' },
  ],
  [{ all: true }, {}],
])('%j is the span %j', (flags, span) => expect(readListFlags(flags)).toEqual({ span, problems: [] }));

test.each<[ListFlags, string]>([
  [{ limit: '0' }, '--limit must be a whole number above 0: "0"'],
  [{ limit: '-1' }, '--limit must be a whole number above 0: "-1"'],
  [{ limit: '1.5' }, '--limit must be a whole number above 0: "1.5"'],
  [{ limit: '1e3' }, '--limit must be a whole number above 0: "1e3"'],
  [{ limit: '5', all: true }, '--limit cannot be used with --all'],
  [{ cursor: ' ' }, '--cursor is empty'],
])('%j: %s', (flags, expected) =>
  expect(readListFlags(flags).problems.map(({ where, problem }) => `${where} ${problem}`)).toEqual([
    expected,
  ]));

const now = Date.UTC(2026, 10, 23, 12);

const read = (draft: RangeDraft, zone: string | undefined = 'Asia/Tokyo') =>
  readTimeRange(draft, { now, zone, sinceFlag: '--since', untilFlag: '--until' });

const at = (text: string): number => Date.parse(text);

test('dates include their whole days in the customer’s zone', () =>
  expect(read({ since: '2026-01-01', until: '2026-01-31' })).toEqual({
    range: { from: at('2026-01-01T00:00:00+09:00'), before: at('2026-02-01T00:00:00+09:00') },
  }));

test('instants are ends themselves', () =>
  expect(read({ since: '2026-01-01T00:00:00Z', until: '2026-01-01T00:00:00Z' })).toEqual({
    range: { from: at('2026-01-01T00:00:00Z'), upTo: at('2026-01-01T00:00:00Z') },
  }));

test('nothing said is no bound', () => expect(read({})).toEqual({ range: {} }));
test('one day is a span', () =>
  expect(read({ since: '2026-01-01', until: '2026-01-01' })).toHaveProperty('range'));
test('the last day that can be written ends nothing', () =>
  expect(read({ until: '9999-12-31' }, 'America/Los_Angeles')).toEqual({ range: {} }));

test.each([
  ['2026-01-02', '2026-01-01'],
  ['2026-03-01', '2026-01-01'],
  ['2026-01-02T00:00:00+09:00', '2026-01-01'],
  ['2026-01-02', '2026-01-01T23:59:59+09:00'],
  ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z'],
])('since %s until %s is no span', (since, until) =>
  expect(read({ since, until })).toEqual({
    problems: [{ where: '--since', problem: 'is later than --until' }],
  }));

test('both ends that are wrong are named', () => {
  const reading = read({ since: 'x', until: '2026-02-30' });
  expect('problems' in reading && reading.problems.map(({ where }) => where)).toEqual(['--since', '--until']);
});

test('while the zone is not known only the form is judged', () => {
  const reading = readTimeRange(
    { since: '2026-03-01', until: '2026-01-01' },
    { now, zone: undefined, sinceFlag: '--since', untilFlag: '--until' },
  );
  expect(reading).toHaveProperty('range');
});
