// What has happened by itself counts for the next write, whether it was read before or not.
import { expect, test } from 'vitest';
import { type Answer, sandboxAt, type TestSandbox } from '../sandbox-at.ts';
import { writtenEvents } from '../written-events.ts';

const hooli = '/customers/external_customer_id/hooli';
const start = '2026-01-10T12:00:00Z';
const later = '2026-01-20T12:00:00Z';

interface Scene {
  readonly box: TestSandbox;
  readonly customer: string;
  /** By type. */
  readonly alerts: Readonly<Record<string, string>>;
}

/** A customer whose credits expire before `later`: alerts fire by that, and a top-up buys and is invoiced. */
async function scene({
  alerts,
  topUp,
}: {
  alerts: readonly string[];
  topUp?: Readonly<Record<string, unknown>>;
}): Promise<Scene> {
  const box = await sandboxAt(start);
  box.sandbox.operations().webhooks.add('http://127.0.0.1:9/hook');
  const hooliBody = { name: 'Hooli', email: 'billing@hooli.example.com', external_customer_id: 'hooli' };
  const { id } = done(await box.post('/customers', hooliBody));
  done(await box.post(`/customers/${id}/balance_transactions`, { amount: '4', type: 'increment' }));
  const made: Record<string, string> = {};
  for (const type of alerts)
    made[type] = done(await box.post(`/alerts/customer_id/${id}`, { ...alert, type })).id;
  const grant = { entry_type: 'increment', amount: 100, expiry_date: '2026-01-15' };
  done(await box.post(`${hooli}/credits/ledger_entry`, grant));
  if (topUp !== undefined) done(await box.post(`${hooli}/credits/top_ups`, { ...rule, ...topUp }));
  box.at(later);
  return { box, customer: id, alerts: made };
}

const alert = { currency: 'credits', thresholds: [{ value: 20 }] };
const rule = {
  currency: 'credits',
  threshold: '0',
  amount: '10',
  per_unit_cost_basis: '1',
  invoice_settings: { auto_collection: false, net_terms: 0 },
};

const awaited = { ...rule.invoice_settings, require_successful_payment: true };
const sale = {
  entry_type: 'increment',
  amount: 50,
  per_unit_cost_basis: '1',
  invoice_settings: { auto_collection: false, net_terms: 0 },
};

async function firstInvoice(box: TestSandbox, change: string, body: unknown): Promise<Answer> {
  const { database } = box.sandbox;
  const row = database.prepare('SELECT id FROM invoices ORDER BY ordinal').get();
  return box.post(`/invoices/${row?.id}/${change}`, body);
}

function done({ status, text, json }: Answer): Answer['json'] {
  expect(status, text).toBeLessThan(300);
  return json;
}

const dropped = 'credit_balance_dropped';
const depleted = 'credit_balance_depleted';

const writes: Record<string, [Parameters<typeof scene>[0], (scene: Scene) => Promise<Answer>]> = {
  'an alert is made': [
    { alerts: [] },
    ({ box, customer }) => box.post(`/alerts/customer_id/${customer}`, { ...alert, type: depleted }),
  ],
  'an alert gets other thresholds': [
    { alerts: [dropped] },
    ({ box, alerts }) => box.put(`/alerts/${alerts[dropped]}`, { thresholds: [{ value: 5 }, { value: 10 }] }),
  ],
  'an alert is disabled': [
    { alerts: [depleted] },
    ({ box, alerts }) => box.post(`/alerts/${alerts[depleted]}/disable`, ''),
  ],
  'an alert is deleted': [
    { alerts: [depleted] },
    ({ box, alerts }) => box.remove(`/alerts/${alerts[depleted]}`),
  ],
  'the customer gets a currency': [
    { alerts: [], topUp: {} },
    ({ box }) => box.put(hooli, { currency: 'GBP' }),
  ],
  'the customer issues by hand': [
    { alerts: [], topUp: {} },
    ({ box }) => box.put(hooli, { auto_issuance: false }),
  ],
  'the customer is deleted': [
    { alerts: [depleted], topUp: {} },
    ({ box, customer }) => box.remove(`/customers/${customer}`),
  ],
  'the balance of money changes': [
    { alerts: [], topUp: {} },
    ({ box, customer }) =>
      box.post(`/customers/${customer}/balance_transactions`, { amount: '50', type: 'increment' }),
  ],
  'the balance of money is listed': [
    { alerts: [], topUp: {} },
    ({ box, customer }) => box.get(`/customers/${customer}/balance_transactions`),
  ],
  'the invoice that top-ups wait for is paid': [
    { alerts: [], topUp: { threshold: '100', invoice_settings: awaited } },
    ({ box }) => firstInvoice(box, 'mark_paid', { payment_received_date: '2026-01-18' }),
  ],
  'the invoice of a top-up is voided': [
    { alerts: [depleted], topUp: { threshold: '100' } },
    ({ box }) => firstInvoice(box, 'void', ''),
  ],
  'an invoice takes the balance of money': [
    { alerts: [], topUp: { currency: 'USD', active_from: '2026-01-15' } },
    ({ box }) => box.post(`${hooli}/credits/ledger_entry`, sale),
  ],
  'the customer is shown': [{ alerts: [], topUp: {} }, ({ box }) => box.get(hooli)],
  'the customers are listed': [{ alerts: [], topUp: {} }, ({ box }) => box.get('/customers')],
};

test.each(Object.entries(writes))('%s', async (_, [facts, write]) => {
  const currency = String(facts.topUp?.currency ?? 'credits');
  const outcome = async (read: boolean) => {
    const made = await scene(facts);
    if (read) done(await made.box.get(`${hooli}/credits`, { currency }));
    const { status, text } = await write(made);
    const after = [
      await made.box.get(`${hooli}/credits/ledger`),
      await made.box.get(hooli),
      await made.box.get('/invoices'),
      await made.box.get(`/customers/${made.customer}/balance_transactions`),
    ].map(({ text }) => text);
    return named({ status, text, after, events: writtenEvents(made.box) });
  };
  expect(await outcome(false)).toBe(await outcome(true));
});

/** The same text with ids numbered in the order in which they appear. */
function named(outcome: object): string {
  const ids: string[] = [];
  return JSON.stringify(outcome, null, 1).replaceAll(/\b[2-9A-HJ-NP-Za-km-z]{16}\b/g, (id) => {
    if (!ids.includes(id)) ids.push(id);
    return `id ${ids.indexOf(id)}`;
  });
}
