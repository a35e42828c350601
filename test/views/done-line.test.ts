import { expect, test } from 'vitest';
import type { ApiRequest } from '../../src/requests/request.ts';
import { doneLine } from '../../src/views/done-line.ts';
import { type Json, jsonNumber, parseJson } from '../../src/wire/json.ts';

const path = '/customers/external_customer_id/globex/credits/ledger_entry';
const post = (entry_type: string): ApiRequest => ({
  method: 'POST',
  path,
  body: { entry_type, amount: jsonNumber('50') },
});
const entry = (more: object = {}): Json =>
  parseJson(
    JSON.stringify({
      amount: 50,
      currency: 'credits',
      ending_balance: 150,
      credit_block: { id: 'b', expiry_date: '2027-01-31T15:00:00+00:00' },
      ...more,
    }),
  );
const line = (type: string, more: object = {}, document: Json = entry()): string =>
  doneLine({ request: post(type), title: 'x', document, zone: 'Asia/Tokyo', isEarlier: false, ...more });

test.each([
  ['increment', '✓ Granted 50 credits to globex (balance 150, expires 2027-02-01)'],
  ['decrement', '✓ Deducted 50 credits from globex (balance 150)'],
  ['void', '✓ Voided 50 credits of globex'],
  ['amendment', '✓ Gave 50 credits back to globex (balance 150)'],
])('%s ends with %s', (type, said) => expect(line(type)).toBe(said));

test('one credit is not several, and other currencies keep their name', () => {
  const { body, ...request } = post('increment');
  const one = { ...request, body: { ...body, amount: jsonNumber('1') } };
  expect(line('increment', { request: one })).toContain('✓ Granted 1 credit to globex');
  const tokens = entry({ currency: 'tokens' });
  expect(line('increment', { request: one }, tokens)).toContain('✓ Granted 1 tokens to globex');
});

test('a grant that is not in the balance yet says why', () => {
  const waiting = entry({ starting_balance: 150, credit_block: {} });
  const grant = (more: Record<string, Json>) => {
    const { body, ...request } = post('increment');
    return line('increment', { request: { ...request, body: { ...body, ...more } } }, waiting);
  };
  const effective_date = '2027-01-31T15:00:00Z';
  expect(grant({ effective_date })).toBe(
    '✓ Granted 50 credits to globex (balance 150, effective 2027-02-01)',
  );
  expect(grant({ effective_date, invoice_settings: { require_successful_payment: true } })).toBe(
    '✓ Granted 50 credits to globex (balance 150, waits for its payment)',
  );
});

test('a grant names the invoice that it raised', () => {
  const sold = entry({ credit_block: {}, created_invoices: [{ id: 'i1' }] });
  expect(line('increment', {}, sold)).toBe('✓ Granted 50 credits to globex (balance 150, invoice i1)');
});

test('an expiry that was changed is shown as a day of the customer', () => {
  const expiry = { new_block_expiry_date: '2027-03-01T15:00:00+00:00' };
  expect(line('expiration_change', {}, entry(expiry))).toBe(
    '✓ Extended 50 credits of globex to 2027-03-02 (balance 150)',
  );
  const earlier = { new_block_expiry_date: '2027-01-09T15:00:00+00:00' };
  expect(line('expiration_change', {}, entry(earlier))).toBe(
    '✓ Changed the expiry of 50 credits of globex (balance 150, expires 2027-01-10)',
  );
  const never = { ...earlier, credit_block: { id: 'b', expiry_date: null } };
  expect(line('expiration_change', {}, entry(never))).toContain(
    '✓ Changed the expiry of 50 credits of globex',
  );
  // Credits that expire at once leave the balance with the next entry.
  const atOnce = entry({ ...expiry, created_at: '2027-03-01T15:00:01+00:00' });
  expect(line('expiration_change', {}, atOnce)).toBe('✓ Expired 50 credits of globex');
});

test('without a zone an expiry is shown as the API sent it, and none where it never expires', () => {
  expect(line('increment', { zone: undefined })).toContain('expires 2027-01-31T15:00:00+00:00)');
  expect(line('increment', {}, entry({ credit_block: { expiry_date: null } }))).toBe(
    '✓ Granted 50 credits to globex (balance 150)',
  );
});

test('what was done before is not reported as done now', () =>
  expect(line('increment', { isEarlier: true })).toMatch(
    /^✓ Already granted 50 credits to globex \(balance then 150, /,
  ));

test.each([
  ['Delete alert a1', '✓ Deleted alert a1'],
  ['Turn alert a1 on', '✓ Turned alert a1 on'],
  ['Send POST /x', '✓ Sent POST /x'],
])('%s ends with %s', (title, said) => {
  const request: ApiRequest = { method: 'POST', path: '/x' };
  expect(doneLine({ request, title, document: null, zone: undefined, isEarlier: false })).toBe(said);
});
