// The official client on customers, credit blocks, top-ups and alerts: every method it has for them, by either id.
import Orb from 'orb-billing';
import { expect, onTestFinished, test } from 'vitest';
import { serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { sandboxAt } from '../sandbox-at.ts';

async function client(): Promise<Orb> {
  const { sandbox } = await sandboxAt('2026-01-10T12:00:00Z');
  const served = await serveSandbox(sandbox, { port: 0, apiKey: 'My API Key' });
  onTestFinished(() => served.close());
  return new Orb({ apiKey: 'My API Key', baseURL: served.baseUrl, maxRetries: 0 });
}

const failing = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => error);

async function idsOf(pages: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of pages) ids.push(id);
  return ids;
}

const grant = { entry_type: 'increment', amount: 100 } as const;
const rule = {
  currency: 'credits',
  threshold: '10',
  amount: '50',
  per_unit_cost_basis: '0.20',
  invoice_settings: { auto_collection: true, net_terms: 0 },
};

test('customers are edited by either id and deleted', async () => {
  const orb = await client();
  const made = await orb.customers.create({ name: 'N', email: 'n@example.com' });
  const named = await orb.customers.update(made.id, {
    external_customer_id: 'n',
    metadata: { a: '1', b: '2' },
  });
  expect(named).toMatchObject({ external_customer_id: 'n', metadata: { a: '1', b: '2' } });
  const edited = await orb.customers.updateByExternalID('n', { metadata: { a: null }, currency: 'EUR' });
  expect(edited).toMatchObject({ metadata: { b: '2' }, currency: 'EUR', name: 'N' });
  expect(await failing(orb.customers.update(made.id, { currency: 'USD' }))).toBeInstanceOf(
    Orb.ConstraintViolation,
  );
  expect(await failing(orb.customers.update(made.id, { name: '' }))).toBeInstanceOf(
    Orb.RequestValidationError,
  );
  expect(await failing(orb.customers.updateByExternalID('x', {}))).toBeInstanceOf(Orb.ResourceNotFound);
  const other = await orb.customers.create({ name: 'O', email: 'o@example.com' });
  expect(await failing(orb.customers.update(other.id, { external_customer_id: 'n' }))).toBeInstanceOf(
    Orb.DuplicateResourceCreation,
  );
  expect(await orb.customers.delete(made.id)).toBeFalsy();
  expect(await orb.customers.fetch(made.id)).toEqual({ id: made.id, deleted: true });
  expect(await failing(orb.customers.fetchByExternalID('n'))).toBeInstanceOf(Orb.ResourceNotFound);
  expect(await failing(orb.customers.delete('nobody'))).toBeInstanceOf(Orb.ResourceNotFound);
});

test('credit blocks are shown with their invoices and deleted', async () => {
  const orb = await client();
  const { ledger } = orb.customers.credits;
  const bought = await ledger.createEntryByExternalID('acme', {
    ...grant,
    per_unit_cost_basis: '0.20',
    invoice_settings: { auto_collection: true, net_terms: 0 },
  });
  const free = await ledger.createEntryByExternalID('acme', grant);
  const id = bought.credit_block.id;
  const { block, invoices } = await orb.creditBlocks.listInvoices(id);
  expect(block).toEqual(await orb.creditBlocks.retrieve(id));
  expect(invoices).toMatchObject([{ status: 'issued', customer: { external_customer_id: 'acme' } }]);
  expect((await orb.creditBlocks.listInvoices(free.credit_block.id)).invoices).toEqual([]);
  expect(await orb.creditBlocks.delete(id)).toBeFalsy();
  expect(await failing(orb.creditBlocks.retrieve(id))).toBeInstanceOf(Orb.ResourceNotFound);
  expect(await failing(orb.creditBlocks.delete(id))).toBeInstanceOf(Orb.ResourceNotFound);
  expect(await failing(orb.creditBlocks.listInvoices(id))).toBeInstanceOf(Orb.ResourceNotFound);
  const { data } = await ledger.listByExternalID('acme');
  expect(data).toMatchObject([{ ledger_sequence_number: 1, id: free.id, ending_balance: 100 }]);
});

test('top-ups are created, listed and deleted by either id', async () => {
  const orb = await client();
  const { topUps, ledger } = orb.customers.credits;
  const { id: customer_id } = await orb.customers.fetchByExternalID('acme');
  await ledger.createEntry(customer_id, grant);
  const replaced = await topUps.createByExternalID('acme', rule);
  const first = await topUps.create(customer_id, { ...rule, expires_after: 1, expires_after_unit: 'month' });
  expect(first).toMatchObject({ ...rule, expires_after: 1, expires_after_unit: 'month' });
  const second = await topUps.createByExternalID('acme', { ...rule, currency: 'USD' });
  expect(await idsOf(topUps.list(customer_id, { limit: 1 }))).toEqual([second.id, first.id]);
  expect(await idsOf(topUps.listByExternalID('acme'))).toEqual([second.id, first.id]);
  expect(await failing(topUps.delete(replaced.id, { customer_id }))).toBeInstanceOf(Orb.ResourceNotFound);
  expect(await topUps.delete(first.id, { customer_id })).toBeFalsy();
  expect(await topUps.deleteByExternalID(second.id, { external_customer_id: 'acme' })).toBeFalsy();
  expect(await idsOf(topUps.list(customer_id))).toEqual([]);
  expect(await failing(topUps.create(customer_id, { ...rule, amount: '0' }))).toBeInstanceOf(
    Orb.RequestValidationError,
  );
  expect(await failing(topUps.create(customer_id, { ...rule, currency: 'EUR' }))).toBeInstanceOf(
    Orb.ConstraintViolation,
  );
});

test('alerts are created, listed, changed, switched and deleted', async () => {
  const orb = await client();
  const { id: customer_id } = await orb.customers.fetchByExternalID('acme');
  const low = await orb.alerts.createForCustomer(customer_id, {
    type: 'credit_balance_dropped',
    currency: 'credits',
    thresholds: [{ value: 10 }],
  });
  const gone = await orb.alerts.createForExternalCustomer('acme', {
    type: 'credit_balance_depleted',
    currency: 'credits',
  });
  expect(await orb.alerts.retrieve(low.id)).toEqual(low);
  expect(await idsOf(orb.alerts.list({ customer_id, limit: 1 }))).toEqual([gone.id, low.id]);
  expect(await idsOf(orb.alerts.list({ external_customer_id: 'acme' }))).toEqual([gone.id, low.id]);
  expect(await orb.alerts.update(low.id, { thresholds: [{ value: 5 }] })).toMatchObject({
    thresholds: [{ value: 5 }],
    balance_alert_status: [{ threshold_value: 5, in_alert: true }],
  });
  expect(await orb.alerts.disable(low.id)).toMatchObject({ enabled: false });
  expect(await orb.alerts.enable(low.id)).toMatchObject({ enabled: true });
  const twin = { type: 'credit_balance_depleted', currency: 'credits' } as const;
  expect(await failing(orb.alerts.createForCustomer(customer_id, twin))).toBeInstanceOf(
    Orb.DuplicateResourceCreation,
  );
  expect(await failing(orb.alerts.list())).toBeInstanceOf(Orb.RequestValidationError);
  expect(
    await failing(orb.alerts.createForSubscription('s', { type: 'usage_exceeded', thresholds: [] })),
  ).toBeInstanceOf(Orb.FeatureNotAvailable);
  expect(await orb.alerts.delete(low.id)).toBeFalsy();
  expect(await failing(orb.alerts.retrieve(low.id))).toBeInstanceOf(Orb.ResourceNotFound);
});

test('the ledger and the blocks are read page by page, by either id', async () => {
  const orb = await client();
  const { credits } = orb.customers;
  const { id } = await orb.customers.fetchByExternalID('acme');
  for (let count = 0; count < 5; count += 1) await credits.ledger.createEntry(id, grant);
  const entries = await idsOf(credits.ledger.list(id, { limit: 2 }));
  expect(entries).toHaveLength(5);
  expect(await idsOf(credits.ledger.listByExternalID('acme', { limit: 3 }))).toEqual(entries);
  const blocks = await idsOf(credits.list(id, { limit: 2 }));
  expect(blocks).toHaveLength(5);
  expect(await idsOf(credits.listByExternalID('acme', { limit: 4 }))).toEqual(blocks);
});
