import { expect, test } from 'vitest';
import type { Customer } from '../../src/credits/customer.ts';
import { askCustomer, customerChoices } from '../../src/questions/customer.ts';
import { plannedPrompter } from './planned-prompter.ts';

const customer = (id: string, external: string | null, name: string): Customer => ({
  id,
  external_customer_id: external,
  name,
  email: `${name.toLowerCase()}@example.com`,
  timezone: 'UTC',
  currency: null,
  created_at: '2026-01-01T00:00:00+00:00',
  metadata: {},
});

const known = [customer('X1', 'acme', 'Acme'), customer('X2', null, 'Globex')];
const values = (term: string): readonly unknown[] => customerChoices(known, term).map(({ value }) => value);
const acme = { by: 'external', id: 'acme' };
const globex = { by: 'id', id: 'X2' };

test.each<[string, readonly unknown[]]>([
  ['', [acme, globex]],
  ['acme', [acme]],
  ['ACM', [acme, { by: 'external', id: 'ACM' }]],
  ['globex@', [globex, { by: 'external', id: 'globex@' }]],
  ['x2', [globex, { by: 'external', id: 'x2' }]],
  ['id:X9', [{ by: 'id', id: 'X9' }]],
  ['..', []],
])('"%s" finds by id, name and e-mail, and means itself where it is nobody’s', (term, found) =>
  expect(values(term)).toEqual(found));

test('a customer without an external id is named by Orb’s', () =>
  expect(customerChoices(known, 'glob')[0]).toEqual({
    name: 'id:X2  Globex',
    value: globex,
    hint: 'globex@example.com · UTC · id:X2',
  }));

test('the newest customers are searched', async () => {
  let limit = 0;
  const api = {
    customers: async function* (options: { limit: number }) {
      limit = options.limit;
      for (const record of known) yield { record };
    },
  };
  expect(await askCustomer(plannedPrompter(['Customer', 'acme']).prompter, api)).toEqual(acme);
  expect(limit).toBe(500);
});
