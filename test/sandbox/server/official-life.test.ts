// A credit's whole life by the official client: sold, paid for, used up, topped up, voided and billed, and told of all along.
import Orb from 'orb-billing';
import { expect, onTestFinished, test } from 'vitest';
import { amount } from '../../../src/credits/amount.ts';
import { serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { receiving } from '../delivery/receiving.ts';
import { sandboxAt } from '../sandbox-at.ts';

test('the official client rehearses the whole life of a credit', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const { prices, webhooks } = box.sandbox.operations();
  prices.add({ event: 'tokens', credits: amount('0.5'), property: 'count', itemId: 'ai' });
  const receiver = await receiving();
  // Their signatures are made in real time, which stands still in this test; others check them.
  webhooks.add(receiver.url);
  const served = await serveSandbox(box.sandbox, { port: 0, apiKey: 'My API Key' });
  onTestFinished(() => served.close());
  const orb = new Orb({ apiKey: 'My API Key', baseURL: served.baseUrl, maxRetries: 0 });
  const { credits } = orb.customers;
  const balances = async () => (await credits.listByExternalID('life')).data.map(({ balance }) => balance);

  const { id } = await orb.customers.create({
    name: 'Life',
    email: 'life@example.com',
    external_customer_id: 'life',
    timezone: 'America/New_York',
    currency: 'USD',
  });
  await orb.alerts.createForCustomer(id, { type: 'credit_balance_depleted', currency: 'credits' });
  const sold = await credits.ledger.createEntryByExternalID('life', {
    entry_type: 'increment',
    amount: 100,
    effective_date: '2026-01-01',
    expiry_date: '2026-02-01',
    per_unit_cost_basis: '0.20',
    invoice_settings: { auto_collection: false, net_terms: 0, require_successful_payment: true },
  });
  if (sold.entry_type !== 'increment') throw new Error(`the answer is a ${sold.entry_type}`);
  const [invoice] = sold.created_invoices ?? [];
  expect(invoice).toMatchObject({ status: 'issued', total: '20.00' });
  expect((await orb.creditBlocks.retrieve(sold.credit_block.id)).status).toBe('pending_payment');
  const paid = await orb.invoices.markPaid(invoice?.id ?? '', { payment_received_date: '2026-01-10' });
  expect(paid.status).toBe('paid');

  const event = (key: string, count: number, timestamp: string) => ({
    external_customer_id: 'life',
    event_name: 'tokens',
    timestamp,
    properties: { count },
    idempotency_key: key,
  });
  const ingested = await orb.events.ingest({ events: [event('a', 130, '2026-01-10T11:00:00Z')] });
  expect(ingested).toEqual({ validation_failed: [] });
  expect(await balances()).toEqual([35]);
  await orb.events.ingest({
    events: [event('a', 130, '2026-01-10T11:00:00Z'), event('b', 70, '2026-01-10T11:30:00Z')],
  });
  expect(await balances()).toEqual([]);
  const old = orb.events.ingest({ events: [event('c', 1, '2026-01-09T11:00:00Z')] });
  await expect(old).rejects.toBeInstanceOf(Orb.RequestValidationError);

  // An overage, which a grant for the past takes over.
  await orb.events.ingest({ events: [event('d', 20, '2026-01-10T12:00:00Z')] });
  expect(await balances()).toEqual([-10]);
  const granted = await credits.ledger.createEntryByExternalID('life', {
    entry_type: 'increment',
    amount: 50,
    effective_date: '2026-01-05',
  });
  expect(await balances()).toEqual([40]);
  const block_id = granted.credit_block.id;
  const voided = { entry_type: 'void', amount: 15, block_id, void_reason: 'refund' } as const;
  await credits.ledger.createEntryByExternalID('life', voided);
  expect(await balances()).toEqual([25]);

  // The end of the month, and an event of before it.
  box.at('2026-02-01T06:00:00Z');
  await orb.events.ingest({ events: [event('e', 2, '2026-02-01T04:00:00Z')] });
  expect(await balances()).toEqual([24]);
  const entries = (await credits.ledger.listByExternalID('life', { entry_type: 'decrement' })).data;
  const billed = new Set(
    entries.flatMap((each) => (each.entry_type === 'decrement' ? (each.invoice_id ?? []) : [])),
  );
  expect(billed.size).toBe(1);
  expect(await orb.items.fetch('ai')).toMatchObject({ id: 'ai' });

  await receiver.arrived(5);
  expect(receiver.taken.map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      'invoice.issued',
      'invoice.manually_marked_as_paid',
      'customer.credit_ledger_incremented',
      'customer.credit_balance_depleted',
    ]),
  );
}, 30_000);
