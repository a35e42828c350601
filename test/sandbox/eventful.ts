// A customer to whom everything has happened that can happen to credits.
import { expect } from 'vitest';
import { noon } from '../support/run.ts';
import { acme, sandboxAt, type TestSandbox } from './sandbox-at.ts';
import { use } from './usage.ts';

const day = 86_400_000;
/** So many days before `noon`. */
export const ago = (days: number): string => new Date(noon - days * day).toISOString();

/** The sandbox of `acme`, whose clock stands at `noon`. */
export async function eventful(): Promise<TestSandbox> {
  const box = await sandboxAt(ago(40));
  const { add, at, post, put } = box;
  const ok = async (answer: Promise<{ status: number; text: string }>) => {
    const { status, text } = await answer;
    if (status >= 300) throw new Error(text);
    return JSON.parse(text) as { id: string; credit_block: { id: string } };
  };
  const globex = '/customers/external_customer_id/globex';
  const parent = await ok(box.get(globex));
  await ok(
    put(acme, {
      hierarchy: { parent_customer_id: parent.id, child_customer_ids: [] },
      additional_emails: ['second@acme.example.com'],
      billing_address: { line1: '1 Main Street', city: 'Springfield', country: 'US' },
      metadata: { plan: 'gold', owner: 'Jo <jo@acme.example.com>' },
    }),
  );
  const grant = (body: object) => ok(add({ entry_type: 'increment', ...body }));
  const expired = await grant({ amount: 5, expiry_date: ago(35).slice(0, 10) });
  const trial = await grant({
    amount: 100,
    expiry_date: '2027-01-31',
    description: 'For Acme Corp, asked by jo@acme.example.com',
    metadata: { ticket: '77', by: 'billing@acme.example.com' },
  });
  const sold = await grant({
    amount: 50,
    per_unit_cost_basis: '0.20',
    filters: [{ field: 'item_id', operator: 'includes', values: ['i1'] }],
    invoice_settings: { auto_collection: false, net_terms: 30, mark_as_paid: true, memo: 'For Acme Corp' },
  });
  await grant({
    amount: 30,
    per_unit_cost_basis: '1.00',
    invoice_settings: { auto_collection: true, net_terms: 5, require_successful_payment: true },
  });
  await grant({ amount: 8, effective_date: '2026-12-24', expiry_date: '2027-06-01' });
  at(ago(30));
  await ok(add({ entry_type: 'decrement', amount: 72.5, description: 'Use' }));
  await ok(add({ entry_type: 'amendment', amount: 2.5, block_id: trial.credit_block.id }));
  await ok(
    add({
      entry_type: 'expiration_change',
      amount: 10,
      target_expiry_date: '2027-03-01',
      block_id: trial.credit_block.id,
    }),
  );
  await ok(add({ entry_type: 'void', amount: 20, block_id: trial.credit_block.id, void_reason: 'refund' }));
  await ok(add({ entry_type: 'void', amount: 10, block_id: sold.credit_block.id }));
  await use(box, 3, { price_id: 'p1' });
  const id = (await ok(box.get(acme))).id;
  await ok(
    post(`/customers/${id}/balance_transactions`, {
      amount: '12.50',
      type: 'increment',
      description: 'By Acme Corp',
    }),
  );
  await ok(
    post(`/alerts/customer_id/${id}`, {
      type: 'credit_balance_dropped',
      currency: 'credits',
      thresholds: [{ value: 60 }, { value: 2.5 }],
    }),
  );
  box.sandbox.operations().units.add('messages');
  const units = { external: 'messages' };
  await ok(add({ entry_type: 'increment', amount: 9, currency: units.external }));
  await ok(add({ entry_type: 'decrement', amount: 11, currency: units.external }));
  await ok(
    post(`${globex}/credits/top_ups`, {
      currency: 'credits',
      threshold: '0',
      amount: '500',
      per_unit_cost_basis: '0.01',
      expires_after: 2,
      expires_after_unit: 'month',
      invoice_settings: { auto_collection: false, net_terms: 0, require_successful_payment: true },
    }),
  );
  at(new Date(noon).toISOString());
  // Reading settles what has happened by itself.
  await box.get(`${acme}/credits`);
  expect((await box.ledger()).map(({ entry_type: type }) => type)).toContain('credit_block_expiry');
  expect(expired.id).not.toBe('');
  return box;
}
