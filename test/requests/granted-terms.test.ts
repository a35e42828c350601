import { expect, test } from 'vitest';
import { otherTerms } from '../../src/requests/granted-terms.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import type { Json, JsonObject } from '../../src/wire/json.ts';

const grant = (body: JsonObject): ApiRequest => ({
  method: 'POST',
  path: '/customers/c1/credits/ledger_entry',
  body: { entry_type: 'increment', ...body },
});

const madeBlock = (block: JsonObject, more: JsonObject = {}): Json => ({
  credit_block: { expiry_date: null, per_unit_cost_basis: null, filters: [], ...block },
  created_invoices: [],
  ...more,
});
const filter = (...values: string[]) => [{ field: 'item_id', operator: 'includes', values }];
const moved = { entry_type: 'expiration_change', target_expiry_date: '2027-01-31' };
const first = '2027-01-31T08:00:00+00:00';

test.each<[JsonObject, Json]>([
  [{}, madeBlock({})],
  [{ expiry_date: '2027-01-31T00:00:00.5-08:00' }, madeBlock({ expiry_date: first })],
  [{ expiry_date: '2027-01-31' }, madeBlock({ expiry_date: first })],
  [{ per_unit_cost_basis: '0' }, madeBlock({})],
  [{ per_unit_cost_basis: '0.10' }, madeBlock({ per_unit_cost_basis: '0.1' })],
  [{ filters: filter('a', 'b') }, madeBlock({ filters: filter('b', 'a') })],
  [{ invoice_settings: {} }, madeBlock({}, { created_invoices: [{ id: 'i1' }] })],
  [moved, madeBlock({}, { new_block_expiry_date: '2027-01-31T08:00:00+00:00' })],
  [moved, madeBlock({}, { new_block_expiry_date: '2027-01-30T10:00:00+00:00' })],
  [moved, madeBlock({}, { new_block_expiry_date: null })],
  [{ entry_type: 'amendment' }, madeBlock({ expiry_date: first })],
  [{ expiry_date: first }, { credit_block: null }],
  [{ expiry_date: first }, null],
])('a grant with %j became what was asked for in %j', (body, answer) =>
  expect(otherTerms(grant(body), answer)).toEqual([]));

test.each<[JsonObject, Json, string]>([
  [{}, madeBlock({ expiry_date: first }), `the expiry ${first}, and none was asked for`],
  [
    moved,
    madeBlock({}, { new_block_expiry_date: '2027-02-28T08:00:00+00:00' }),
    'the expiry 2027-02-28T08:00:00+00:00, and 2027-01-31 was asked for',
  ],
  [{ expiry_date: first }, madeBlock({}), `the expiry none, and ${first} was`],
  [{ expiry_date: first }, madeBlock({ expiry_date: '2027-01-31T08:00:01+00:00' }), 'the expiry'],
  [{ expiry_date: first }, madeBlock({ expiry_date: 'soon' }), 'the expiry soon'],
  [{ per_unit_cost_basis: '0.1' }, madeBlock({}), 'the price none, and 0.1 was asked for'],
  [{}, madeBlock({ per_unit_cost_basis: 'much' }), 'the price much'],
  [{ filters: filter('a', 'b') }, madeBlock({ filters: filter('a') }), 'the item filter includes a, and'],
  [{}, madeBlock({ filters: filter('a') }), 'the item filter includes a, and none was asked for'],
  [{}, madeBlock({}, { created_invoices: [{ id: 'i1' }] }), 'raised an invoice'],
  [{ invoice_settings: {} }, madeBlock({}), 'named no invoice'],
])('a grant with %j became another in %j, which is said', (body, answer, sentence) =>
  expect(otherTerms(grant(body), answer)).toEqual([expect.stringContaining(sentence)]));
