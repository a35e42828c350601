// The life of credits from a customer's first day to the end of a month, driven by the official client over HTTP.
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Orb from 'orb-billing';
import { expect, onTestFinished, test } from 'vitest';
import { amount } from '../../../src/credits/exact.ts';
import { openSandbox, serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { receiving } from '../delivery/receiving.ts';
import { temporaryFolder } from '../sandbox-at.ts';

/** A served ledger at noon of a day in January, whose webhooks the official client checks. */
async function stage() {
  const path = join(temporaryFolder(), 'sandbox.db');
  // Real time: the official client takes no webhook of another hour. What the ledger takes for now is moved.
  const sandbox = await openSandbox({ path, now: Date.now, randomBytes });
  onTestFinished(() => sandbox.close());
  const day = (date: string): void => sandbox.clock.set(Date.parse(`${date}T12:00:00Z`));
  day('2031-01-05');
  const receiver = await receiving();
  receiver.secret = sandbox.operations().webhooks.add(receiver.url) ?? '';
  const served = await serveSandbox(sandbox, { port: 0, apiKey: 'k' });
  onTestFinished(() => served.close());
  const orb = new Orb({ apiKey: 'k', baseURL: served.baseUrl, maxRetries: 0 });
  let seen = 0;
  return {
    orb,
    day,
    sandbox,
    /** The types of so many events that came since the last time, in order; each was accepted by `webhooks.unwrap`. */
    events: async (count: number) => {
      await receiver.arrived(seen + count);
      seen += count;
      return receiver.taken.slice(seen - count, seen).map(({ type }) => type);
    },
    receiver,
  };
}

test('a customer tops up, pays, uses credits, is warned, is replenished, gets a refund and sees the month end', async () => {
  const { orb, day, events, receiver, sandbox } = await stage();
  const whose = { external_customer_id: 'hooli' };
  const { id } = await orb.customers.create({
    ...whose,
    name: 'Hooli',
    email: 'billing@hooli.example.com',
    timezone: 'America/New_York',
    currency: 'USD',
  });
  const blocks = async () => {
    const { data } = await orb.customers.credits.list(id, { include_all_blocks: true });
    return data.map(({ status, balance }) => `${status} ${balance}`).reverse();
  };
  const lines = async () => {
    const { data } = await orb.customers.credits.ledger.list(id);
    return data.map(
      (each) => `${each.entry_type} ${each.amount}: ${each.starting_balance} → ${each.ending_balance}`,
    );
  };
  sandbox.operations().prices.add({ event: 'call', credits: amount('2.5') });
  const use = (calls: number) => {
    const timestamp = new Date(sandbox.clock.now()).toISOString();
    const call = { ...whose, event_name: 'call', timestamp, properties: {} };
    const events = Array.from({ length: calls }, () => ({ ...call, idempotency_key: randomUUID() }));
    return orb.events.ingest({ events });
  };
  await orb.alerts.createForCustomer(id, {
    currency: 'credits',
    type: 'credit_balance_dropped',
    thresholds: [{ value: 50 }],
  });

  // A balance of nothing is topped up at once, and the credits wait for their payment.
  await orb.customers.credits.topUps.create(id, {
    currency: 'credits',
    threshold: '20',
    amount: '100',
    per_unit_cost_basis: '0.10',
    invoice_settings: { auto_collection: false, net_terms: 0, require_successful_payment: true },
  });
  expect(await blocks()).toEqual(['pending_payment 100']);
  expect(await lines()).toEqual(['increment 100: 0 → 0']);
  expect(await events(2)).toEqual(['invoice.issued', 'customer.credit_ledger_incremented']);
  const owed = async () => (await orb.invoices.list({ customer_id: id, status: ['issued'] })).data;
  const [first] = await owed();
  expect(first).toMatchObject({ total: '10.00', amount_due: '10.00', status: 'issued' });

  // The payment makes them count.
  await orb.invoices.markPaid(first?.id ?? '', { payment_received_date: '2031-01-05' });
  expect(await blocks()).toEqual(['active 100']);
  expect(await events(1)).toEqual(['invoice.manually_marked_as_paid']);

  // Use on the next day, which a warning names.
  day('2031-01-06');
  await use(24);
  expect(await blocks()).toEqual(['active 40']);
  expect(await events(1)).toEqual(['customer.credit_balance_dropped']);
  expect(receiver.taken.at(-1)?.event).toMatchObject({
    customer: whose,
    properties: { balance_threshold: '50' },
  });

  // Below the threshold of the top-up more is bought, and a gateway collects it at the second attempt.
  await use(10);
  expect(await blocks()).toEqual(['active 15', 'pending_payment 100']);
  expect(await events(2)).toEqual(['invoice.issued', 'customer.credit_ledger_incremented']);
  const [second] = await owed();
  const pay = (token: string) => orb.invoices.pay(second?.id ?? '', { shared_payment_token_id: token });
  expect((await pay('declined_card')).status).toBe('issued');
  expect(await blocks()).toEqual(['active 15', 'pending_payment 100']);
  expect((await pay('spt_card')).status).toBe('paid');
  expect(await blocks()).toEqual(['active 15', 'active 100']);
  expect(await events(2)).toEqual(['invoice.payment_failed', 'invoice.payment_succeeded']);
  expect(receiver.taken.at(-1)?.event).toMatchObject({
    invoice: { id: second?.id, status: 'paid' },
    properties: { payment_provider: 'stripe', payment_provider_transaction_id: expect.any(String) },
  });
  expect(await owed()).toEqual([]);

  // A part of them is refunded, and money is given back as a balance.
  const { data } = await orb.customers.credits.list(id);
  const bought = data.find(({ balance }) => balance === 100)?.id ?? '';
  const voided = { entry_type: 'void', amount: 40, block_id: bought, void_reason: 'refund' } as const;
  expect(await orb.customers.credits.ledger.createEntry(id, voided)).toMatchObject({
    entry_type: 'void_initiated',
  });
  expect(await blocks()).toEqual(['active 15', 'active 60', 'active 0']);
  await orb.customers.balanceTransactions.create(id, {
    amount: '4.00',
    type: 'increment',
    description: 'Refund',
  });
  expect(await events(1)).toEqual(['customer.balance_transaction_created']);
  expect(receiver.taken.at(-1)?.event).toMatchObject({
    customer: { id, balance: '4.00' },
    properties: {
      balance_transaction: {
        amount: '4.00',
        type: 'increment',
        action: 'manual_adjustment',
        ending_balance: '4.00',
      },
    },
  });

  // What was granted for the month lapses with it, in the customer's zone.
  const promotion = { entry_type: 'increment', amount: 30, expiry_date: '2031-02-01' } as const;
  await orb.customers.credits.ledger.createEntry(id, promotion);
  expect(await events(1)).toEqual(['customer.credit_ledger_incremented']);
  day('2031-02-01');
  expect(await blocks()).toEqual(['active 15', 'active 60', 'active 0', 'active 0']);
  expect((await lines())[0]).toBe('credit_block_expiry 30: 105 → 75');
  expect((await orb.customers.credits.ledger.list(id, { limit: 1 })).data[0]?.created_at).toBe(
    '2031-02-01T05:00:00+00:00',
  );
  expect((await orb.customers.credits.list(id)).data.map(({ balance }) => balance)).toEqual([60, 15]);

  // An event counts once, however often it is sent, and one of too long ago is refused.
  await orb.alerts.createForCustomer(id, { currency: 'credits', type: 'credit_balance_depleted' });
  sandbox.operations().prices.add({
    event: 'tokens',
    credits: amount('0.5'),
    property: 'count',
    itemId: 'ai',
  });
  expect(await orb.items.fetch('ai')).toMatchObject({ id: 'ai' });
  const spend = (key: string, count: number, timestamp = '2031-02-01T11:00:00Z') => {
    const properties = { count };
    return { ...whose, event_name: 'tokens', timestamp, properties, idempotency_key: key };
  };
  const ingest = (...events: ReturnType<typeof spend>[]) => orb.events.ingest({ events });
  expect(await ingest(spend('a', 10))).toEqual({ validation_failed: [] });
  await ingest(spend('a', 10), spend('b', 20));
  const balances = async () =>
    (await orb.customers.credits.list(id)).data.map(({ status, balance }) => `${status} ${balance}`);
  expect(await balances()).toEqual(['active 60']);
  const old = ingest(spend('c', 1, '2031-01-31T11:00:00Z'));
  await expect(old).rejects.toBeInstanceOf(Orb.RequestValidationError);

  // An overage, which a grant for the past takes over. A late event of January draws on what lapsed with it.
  await ingest(spend('d', 140));
  expect(await balances()).toEqual(['pending_payment 100', 'active -10']);
  expect(await events(4)).toEqual(
    expect.arrayContaining(['customer.credit_balance_dropped', 'customer.credit_balance_depleted']),
  );
  const late = { entry_type: 'increment', amount: 50, effective_date: '2031-01-20' } as const;
  await orb.customers.credits.ledger.createEntry(id, late);
  expect(await balances()).toEqual(['active 40', 'pending_payment 100']);
  await ingest(spend('e', 2, '2031-02-01T04:00:00Z'));
  expect(await balances()).toEqual(['active 40', 'pending_payment 100']);
  expect(await lines()).toContainEqual(expect.stringMatching(/^credit_block_expiry 29: /));

  // The invoices of usage are one a month.
  const { data: used } = await orb.customers.credits.ledger.list(id, { entry_type: 'decrement' });
  const billed = used.flatMap((each) => (each.entry_type === 'decrement' ? (each.invoice_id ?? []) : []));
  expect(new Set(billed).size).toBe(2);
  expect(sandbox.operations().status().problems).toEqual([]);
});
