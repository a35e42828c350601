import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  readExpiresAfter,
  type TopUpDraft,
  topUpArgs,
  topUpBody,
  topUpDeletion,
  topUpRequest,
  topUpsQuery,
} from '../../../src/commands/topups/request.ts';
import { writeJson } from '../../../src/wire/json.ts';

const now = Date.UTC(2026, 10, 23, 12);
const zone = 'America/Los_Angeles';
const least = { threshold: '100', amount: '500', costBasis: '0.20', netTerms: '30' };
const acme = { by: 'external', id: 'acme' } as const;

const bodyOf = (draft: TopUpDraft, inZone: string | undefined = zone) => {
  const made = topUpBody(draft, { now, zone: inZone });
  return 'body' in made ? JSON.parse(writeJson(made.body)) : made;
};

test('what must be said is enough', () =>
  expect(bodyOf(least)).toEqual({
    threshold: '100',
    amount: '500',
    per_unit_cost_basis: '0.2',
    currency: 'credits',
    invoice_settings: { auto_collection: false, net_terms: 30 },
  }));

test('every flag reaches the body', () =>
  expect(
    bodyOf({
      ...least,
      threshold: '0',
      currency: 'USD',
      netTerms: '0',
      autoCollect: true,
      memo: 'Auto top-up',
      requirePayment: true,
      expiresAfter: '6m',
      activeFrom: '2026-11-20',
    }),
  ).toEqual({
    threshold: '0',
    amount: '500',
    per_unit_cost_basis: '0.2',
    currency: 'USD',
    invoice_settings: {
      auto_collection: true,
      net_terms: 0,
      memo: 'Auto top-up',
      require_successful_payment: true,
    },
    expires_after: 6,
    expires_after_unit: 'month',
    active_from: '2026-11-20T00:00:00-08:00',
  }));

test('every digit of an amount is kept', () =>
  expect(bodyOf({ ...least, amount: '12345678901234567.8' }).amount).toBe('12345678901234567.8'));

test.each<[TopUpDraft, string]>([
  [{ threshold: '-1' }, '--threshold must not be negative: "-1"; write it without the sign'],
  [{ amount: '0' }, '--amount must be above 0'],
  [{ amount: '1e3' }, '--amount must be written out without an exponent: "1e3"'],
  [{ costBasis: 'free' }, '--cost-basis is not a decimal number: "free"; write one such as 100 or 0.25'],
  [{ currency: ' ' }, '--currency is empty'],
  [{ netTerms: ' ' }, '--net-terms is empty; write a whole number of days such as 30'],
  [{ netTerms: '-1' }, '--net-terms must be a whole number of days: "-1"'],
  [{ netTerms: '1.5' }, '--net-terms must be a whole number of days: "1.5"'],
  [{ memo: '' }, '--memo is empty'],
  [{ expiresAfter: '0d' }, '--expires-after must be days or months, such as 30d or 6m: "0d"'],
  [{ expiresAfter: '2w' }, '--expires-after must be days or months: write 14d: "2w"'],
  [{ expiresAfter: '1y' }, '--expires-after must be days or months: write 12m: "1y"'],
  [{ expiresAfter: '30' }, '--expires-after must be days or months, such as 30d or 6m: "30"'],
  [{ activeFrom: '2026-13-01' }, '--active-from is not a day of the calendar: "2026-13-01"'],
  [{ activeFrom: '2026-11-12' }, '--active-from is more than 10 days in the past: "2026-11-12"'],
  [
    { activeFrom: '2026-11-13T11:59:59Z' },
    '--active-from is more than 10 days in the past: "2026-11-13T11:59:59Z"',
  ],
])('%j: %s', (wrong, problem) => {
  const made = topUpBody({ ...least, ...wrong }, { now, zone });
  expect('problems' in made && made.problems.map((each) => `${each.where} ${each.problem}`)).toEqual([
    problem,
  ]);
});

test('10 days in the past are allowed to the second, and a date is only judged in its zone', () => {
  expect(bodyOf({ ...least, activeFrom: '2026-11-13T12:00:00Z' }).active_from).toBe(
    '2026-11-13T04:00:00-08:00',
  );
  expect(topUpBody({ ...least, activeFrom: '2026-11-13' }, { now, zone: undefined })).toHaveProperty('body');
  expect(topUpBody({ ...least, activeFrom: '2026-11-13' }, { now, zone })).toHaveProperty('problems');
});

test('what is missing is marked so, beside everything else that is wrong', () => {
  expect(topUpBody({ threshold: 'x', memo: '' }, { now, zone })).toEqual({
    problems: [
      ...['--amount', '--cost-basis', '--net-terms'].map((where) => ({
        where,
        problem: 'is missing: a top-up needs it',
        isMissing: true,
      })),
      { where: '--threshold', problem: expect.any(String) },
      { where: '--memo', problem: 'is empty' },
    ],
  });
});

test('days and months are read, whatever their number', () => {
  const span = fc.record({ count: fc.integer({ min: 1, max: 99_999 }), unit: fc.constantFrom('d', 'm') });
  fc.assert(
    fc.property(span, ({ count, unit }) => {
      expect(readExpiresAfter(`${count}${unit}`)).toEqual({ count, unit: unit === 'd' ? 'day' : 'month' });
    }),
  );
});

test('any other text is a problem, and no crash', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const reading = readExpiresAfter(text);
      if ('count' in reading) expect(text.trim()).toMatch(/^\+?\d{1,5}\s*[dm]$/i);
      else expect(reading.problem).toContain(text);
    }),
  );
});

test('the paths are those of either form of the id, with every part escaped', () => {
  const path = '/customers/external_customer_id/acme/credits/top_ups';
  expect(topUpsQuery(acme)).toEqual({ method: 'GET', path });
  expect(topUpRequest({ by: 'id', id: 'a/b' }, { amount: '1' })).toEqual({
    method: 'POST',
    path: '/customers/a%2Fb/credits/top_ups',
    body: { amount: '1' },
  });
  expect(topUpDeletion(acme, 't/1')).toEqual({ method: 'DELETE', path: `${path}/t%2F1` });
});

test('the words say all of a draft', () =>
  expect(
    topUpArgs(acme, { ...least, autoCollect: true, requirePayment: false, expiresAfter: '6m', memo: 'a b' }),
  ).toEqual([
    ...['topups', 'create', 'acme', '--threshold', '100', '--amount', '500', '--cost-basis', '0.20'],
    ...['--net-terms', '30', '--auto-collect', '--memo', 'a b', '--expires-after', '6m'],
  ]));
