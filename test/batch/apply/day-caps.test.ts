import { expect, test } from 'vitest';
import { DayCaps, overText, rowsOver } from '../../../src/batch/apply/day-caps.ts';
import { amount } from '../../../src/credits/exact.ts';
import type { Connection } from '../../../src/orb/connection.ts';
import type { CapCheck } from '../../../src/record/record.ts';
import { jsonNumber } from '../../../src/wire/json.ts';

const cap = (more: Partial<CapCheck> = {}): CapCheck => ({
  ...{ scope: 'customer', customer: 'c1', currency: 'credits', day: '2026-11-27', limit: '10' },
  ...{ elsewhere: '0', name: 'customer_day_cap, a test' },
  ...more,
});

const row = (key: string, credits: string, more = {}) => ({
  key,
  reserves: { customer: 'c1', currency: 'credits', day: '2026-11-27', amount: credits, ...more },
});

/** The caps of a day, over one customer with a cap of 10; the ledger and both clocks may be changed. */
function capsOfADay() {
  const clock = { now: Date.parse('2026-11-27T12:00:00Z'), ahead: 0 };
  const granted: string[] = [];
  const connection = {
    now: () => clock.now,
    choice: { kind: 'orb' },
    ledger: () => undefined,
    api: {
      customer: async () => ({ record: { id: 'c1', timezone: 'UTC' } }),
      async *entries() {
        for (const each of granted)
          yield { record: { entry_type: 'increment', amount: amount(each), metadata: {} } };
      },
    },
  } as unknown as Connection;
  const record = {
    reserved: async () => '0',
    keyStates: async () => new Map(),
    now: async () => clock.now + clock.ahead,
  };
  const policy = [{ name: 'customer_day_cap', limit: amount('10'), source: 'a test' }] as const;
  return { caps: new DayCaps({ policy, connection, record }), clock, granted };
}

test('what others grant while a batch runs counts after some minutes, and at once after a question', async () => {
  const { caps, clock, granted } = capsOfADay();
  const elsewhere = async () => (await caps.checks([row('a', '1').reserves])).map((each) => each.elsewhere);
  expect(await elsewhere()).toEqual(['0']);
  granted.push('4');
  clock.now += 60_000;
  expect(await elsewhere()).toEqual(['0']);
  clock.now += 4 * 60_000;
  expect(await elsewhere()).toEqual(['4']);
  granted.push('3');
  caps.forget();
  expect(await elsewhere()).toEqual(['7']);
});

test('the day of a grant is that of the record, also where the clock of this machine is wrong', async () => {
  const { caps, clock } = capsOfADay();
  const body = { entry_type: 'increment', amount: jsonNumber('1') };
  const request = { method: 'POST', path: '/customers/c1/credits/ledger_entry', body } as const;
  const grant = { customer: { id: 'c1', external_customer_id: null }, request };
  const day = async () => String((await caps.reservation(grant))?.day);
  expect(await day()).toBe('2026-11-27');
  clock.ahead = 13 * 3_600_000;
  expect(await day()).toBe('2026-11-27');
  caps.forget();
  expect(await day()).toBe('2026-11-28');
});

test('rows go as far as a cap reaches, in their order; a smaller one after them may still fit', () => {
  const rows = [row('a', '4.5'), row('b', '6'), row('c', '5.5'), row('d', '0.1')];
  expect([...rowsOver(rows, cap(), amount('0')).keys()]).toEqual(['b', 'd']);
  expect([...rowsOver(rows, cap(), amount('10')).keys()]).toEqual(['a', 'b', 'c', 'd']);
});

test('rows of another customer, day or currency are not under a cap on a customer, and all are under that of a team', () => {
  const rows = [row('a', '9', { customer: 'c2' }), row('b', '9', { day: '2026-11-28' }), row('c', '9')];
  expect([...rowsOver(rows, cap(), amount('0')).keys()]).toEqual([]);
  expect([...rowsOver(rows, cap({ scope: 'team' }), amount('0')).keys()]).toEqual(['b', 'c']);
  expect(rowsOver([row('d', '99', { currency: 'EUR' })], cap({ scope: 'team' }), amount('0')).size).toBe(0);
});

test('a row without a reservation is under no cap', () => {
  expect(rowsOver([{ key: 'a', reserves: undefined }], cap(), amount('10')).size).toBe(0);
});

test('the sentence names what does not fit, for whom, and the rule', () => {
  const said = overText(cap(), { amount: amount('6'), used: amount('4.5'), who: 'acme' });
  expect(said).toBe(
    '6 credits for acme is too much: a customer may get 10 in a day, and 4.5 are granted (customer_day_cap, a test)',
  );
  const one = overText(cap(), { amount: amount('1'), used: amount('10'), who: 'acme' });
  expect(one).toMatch(/^1 credit for acme is too much: /);
});
