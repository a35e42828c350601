// Editing and deleting customers, and the hierarchies they stand in.
import { expect, test } from 'vitest';
import { acme, sandboxAt, type TestSandbox } from '../sandbox-at.ts';

const start = '2026-01-10T12:00:00Z';
const ext = (id: string) => `/customers/external_customer_id/${id}`;
const constraint = { type: expect.stringContaining('#400-constraint-violation') };

async function made(box: TestSandbox, more: object = {}) {
  const answer = await box.post('/customers', { name: 'N', email: 'n@example.com', ...more });
  expect(answer.status).toBe(201);
  return answer.json;
}

test('an edit changes what it names and leaves the rest', async () => {
  const box = await sandboxAt(start);
  const before = (await box.get(acme)).json;
  const address = { line1: '1 Main St', city: 'Springfield' };
  const { status, json } = await box.put(acme, {
    name: 'Acme Corporation',
    email: 'ap@acme.example.com',
    billing_address: address,
    tax_id: { country: 'US', type: 'us_ein', value: '12-3456789' },
    additional_emails: ['cfo@acme.example.com'],
    email_delivery: false,
    payment_provider: 'stripe_charge',
    payment_provider_id: 'cus_1',
  });
  expect(status).toBe(200);
  expect(json).toEqual({
    ...before,
    name: 'Acme Corporation',
    email: 'ap@acme.example.com',
    billing_address: { ...address, line2: null, state: null, postal_code: null, country: null },
    tax_id: { country: 'US', type: 'us_ein', value: '12-3456789' },
    additional_emails: ['cfo@acme.example.com'],
    email_delivery: false,
    payment_provider: 'stripe_charge',
    payment_provider_id: 'cus_1',
  });
  expect((await box.get(`/customers/${before.id}`)).json).toEqual(json);
  const cleared = await box.put(`/customers/${before.id}`, {
    billing_address: null,
    tax_id: null,
    name: null,
  });
  expect(cleared.json).toMatchObject({ billing_address: null, tax_id: null, name: 'Acme Corporation' });
  expect((await box.put(acme, {})).json).toEqual(cleared.json);
});

test('metadata is merged: null removes a key, and null for all of it clears it', async () => {
  const box = await sandboxAt(start);
  const edit = async (metadata: unknown) => (await box.put(acme, { metadata })).json.metadata;
  expect(await edit({ tier: 'gold', owner: 'kim' })).toEqual({ tier: 'gold', owner: 'kim' });
  expect(await edit({ owner: null, region: 'eu' })).toEqual({ tier: 'gold', region: 'eu' });
  expect(await edit(null)).toEqual({});
});

test.each(['a balance', 'an invoice'])('a currency that %s was not made in is refused', async (what) => {
  const box = await sandboxAt(start);
  const { id } = await made(box);
  const path = `/customers/${id}`;
  const collected =
    what === 'a balance'
      ? await box.post(`${path}/balance_transactions`, { amount: '5', type: 'increment' })
      : await box.post(`${path}/credits/ledger_entry`, {
          entry_type: 'increment',
          amount: 10,
          per_unit_cost_basis: '1',
          invoice_settings: { auto_collection: false, net_terms: 0 },
        });
  expect(collected.status).toBeLessThan(300);
  expect((await box.put(path, { name: 'M' })).json).toMatchObject({ currency: null });
  expect((await box.put(path, { currency: 'EUR' })).json).toMatchObject(constraint);
  expect((await box.put(path, { currency: 'USD' })).json).toMatchObject({ currency: 'USD' });
});

test('an external id and a currency are given once; a zone is never changed', async () => {
  const box = await sandboxAt(start);
  const { id } = await made(box);
  const path = `/customers/${id}`;
  expect((await box.put(path, { external_customer_id: 'acme' })).json).toMatchObject({
    type: expect.stringContaining('#400-duplicate-resource-creation'),
  });
  expect((await box.put(path, { external_customer_id: 'new', currency: 'EUR' })).json).toMatchObject({
    external_customer_id: 'new',
    currency: 'EUR',
  });
  expect((await box.put(ext('new'), { external_customer_id: 'newer' })).json).toMatchObject(constraint);
  expect((await box.put(ext('new'), { currency: 'USD' })).json).toMatchObject(constraint);
  expect((await box.put(ext('new'), { currency: 'EUR', external_customer_id: 'new' })).status).toBe(200);
  expect((await box.put(ext('new'), { timezone: 'UTC' })).json.validation_errors).toEqual([
    "Additional properties are not allowed ('timezone' was unexpected)",
  ]);
});

test.each([
  ['an unknown customer', '/customers/nobody', { name: 'x' }, 404],
  ['an unknown external id', ext('nobody'), { name: 'x' }, 404],
  ['an empty name', acme, { name: '' }, 400],
  ['no address', acme, { email: 'nobody' }, 400],
  ['an address twice', acme, { additional_emails: ['a@b', 'a@b'] }, 400],
  ['a payment method that is not there', acme, { default_payment_method_id: 'pm' }, 404],
  ['an unknown parent', acme, { hierarchy: { parent_customer_id: 'nobody' } }, 404],
])('an edit is refused: %s', async (_, path, body, status) => {
  const box = await sandboxAt(start);
  expect((await box.put(path, body)).status).toBe(status);
  expect((await box.get(acme)).json).toMatchObject({ name: 'Acme Corp', additional_emails: [] });
});

test('a hierarchy is listed by the parent and by the children', async () => {
  const box = await sandboxAt(start);
  const group = await made(box, { external_customer_id: 'group' });
  const branch = await made(box, { hierarchy: { parent_customer_id: group.id } });
  expect(branch.hierarchy).toEqual({
    parent: { id: group.id, external_customer_id: 'group' },
    children: [],
  });
  const acmeId = (await box.get(acme)).json.id;
  const edited = await box.put(ext('group'), { hierarchy: { child_customer_ids: [acmeId] } });
  expect(edited.json.hierarchy.children).toEqual([
    { id: acmeId, external_customer_id: 'acme' },
    { id: branch.id, external_customer_id: null },
  ]);
  const listed = (await box.get('/customers')).json.data;
  expect(listed.find((each: { id: string }) => each.id === acmeId).hierarchy.parent.id).toBe(group.id);
  const left = await box.put(acme, { hierarchy: { parent_customer_id: null } });
  expect(left.json.hierarchy.parent).toBeNull();
  expect((await box.get(ext('group'))).json.hierarchy.children).toHaveLength(1);
});

test('a hierarchy has two levels, and a customer is in one of them only', async () => {
  const box = await sandboxAt(start);
  const child = await made(box);
  const parent = await made(box, { hierarchy: { child_customer_ids: [child.id] } });
  const other = await made(box);
  const relate = async (id: string, hierarchy: object) =>
    (await box.put(`/customers/${id}`, { hierarchy })).json;
  expect(await relate(other.id, { parent_customer_id: child.id })).toMatchObject(constraint);
  expect(await relate(other.id, { parent_customer_id: other.id })).toMatchObject(constraint);
  expect(await relate(other.id, { child_customer_ids: [child.id] })).toMatchObject(constraint);
  expect(await relate(other.id, { child_customer_ids: [parent.id] })).toMatchObject(constraint);
  expect(await relate(other.id, { child_customer_ids: [other.id] })).toMatchObject(constraint);
  expect(await relate(child.id, { child_customer_ids: [other.id] })).toMatchObject(constraint);
  expect(await relate(parent.id, { parent_customer_id: other.id })).toMatchObject(constraint);
  expect((await box.get(`/customers/${other.id}`)).json.hierarchy).toEqual({ parent: null, children: [] });
});

test('a deleted customer is known as deleted by its id and nowhere else', async () => {
  const box = await sandboxAt(start);
  const { id } = (await box.get(acme)).json;
  const group = await made(box, { hierarchy: { child_customer_ids: [id] } });
  const block = (await box.add({ entry_type: 'increment', amount: 5 })).json.credit_block.id;
  expect(await box.remove(`/customers/${id}`)).toMatchObject({ status: 204, text: '' });
  expect((await box.get(`/customers/${id}`)).json).toEqual({ id, deleted: true });
  expect((await box.get(acme)).status).toBe(404);
  expect((await box.get(`/customers/${id}/credits`)).status).toBe(404);
  expect((await box.get(`/credit_blocks/${block}`)).status).toBe(404);
  expect((await box.put(`/customers/${id}`, { name: 'x' })).status).toBe(404);
  expect((await box.remove(`/customers/${id}`)).status).toBe(404);
  expect((await box.add({ entry_type: 'increment', amount: 5 })).status).toBe(404);
  expect((await box.get('/customers')).json.data).toHaveLength(3);
  expect((await box.get(`/customers/${group.id}`)).json.hierarchy.children).toEqual([]);
  // The external id is free again, for a customer of its own.
  expect((await made(box, { external_customer_id: 'acme' })).id).not.toBe(id);
  expect(await box.ledger()).toEqual([]);
});

test('a customer whose only invoice was voided before it was issued can be deleted', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const { id } = (await box.put(acme, { auto_issuance: false })).json;
  const invoice_settings = { auto_collection: true, net_terms: 0, require_successful_payment: true };
  const price = { amount: '50', per_unit_cost_basis: '0.20', invoice_settings };
  const topUp = await box.post(`${acme}/credits/top_ups`, { currency: 'credits', threshold: '10', ...price });
  await box.remove(`${acme}/credits/top_ups/${topUp.json.id}`);
  const { data } = (await box.get('/invoices', { 'status[]': 'void', customer_id: id })).json;
  expect(data).toMatchObject([{ status: 'void', issued_at: null }]);
  expect((await box.remove(`/customers/${id}`)).status).toBe(204);
});

test('a customer who was sent an invoice cannot be deleted', async () => {
  const box = await sandboxAt(start);
  const { id } = (await box.get(acme)).json;
  await box.add({
    entry_type: 'increment',
    amount: 5,
    per_unit_cost_basis: '1',
    invoice_settings: { auto_collection: false, net_terms: 0 },
  });
  expect((await box.remove(`/customers/${id}`)).json).toMatchObject(constraint);
  expect((await box.get(acme)).status).toBe(200);
});
