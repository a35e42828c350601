// Alerts on credit balances: when they are in alert, and what may be asked of them.
import { expect, test } from 'vitest';
import { acme, sandboxAt, type TestSandbox } from '../sandbox-at.ts';

const start = '2026-01-10T12:00:00Z';
const forAcme = '/alerts/external_customer_id/acme';
const ofAcme = { external_customer_id: 'acme' };
const dropped = (...values: number[]) => ({
  type: 'credit_balance_dropped',
  currency: 'credits',
  thresholds: values.map((value) => ({ value })),
});
const depleted = { type: 'credit_balance_depleted', currency: 'credits' };
const recovered = { type: 'credit_balance_recovered', currency: 'credits' };

async function made(box: TestSandbox, body: object) {
  const { status, json } = await box.post(forAcme, body);
  expect(status).toBe(201);
  return json;
}

/** `20- 5!` where `!` is in alert. */
async function statuses(box: TestSandbox, id: string): Promise<string> {
  const { balance_alert_status } = (await box.get(`/alerts/${id}`)).json;
  return balance_alert_status
    .map(
      (each: { threshold_value: number; in_alert: boolean }) =>
        `${each.threshold_value}${each.in_alert ? '!' : '-'}`,
    )
    .join(' ');
}

test('an alert comes with its customer and its status', async () => {
  const box = await sandboxAt(start);
  const { id } = (await box.get(acme)).json;
  await box.add({ entry_type: 'increment', amount: 10 });
  const { status, json } = await box.post(`/alerts/customer_id/${id}`, dropped(20, 5.5));
  expect(status).toBe(201);
  expect(json).toEqual({
    id: expect.stringMatching(/^\w{16}$/),
    type: 'credit_balance_dropped',
    created_at: '2026-01-10T12:00:00+00:00',
    enabled: true,
    thresholds: [{ value: 20 }, { value: 5.5 }],
    customer: { id, external_customer_id: 'acme' },
    plan: null,
    subscription: null,
    metric: null,
    license_type: null,
    currency: 'credits',
    grouping_keys: null,
    price_filters: null,
    threshold_overrides: null,
    balance_alert_status: [
      { threshold_value: 20, in_alert: true },
      { threshold_value: 5.5, in_alert: false },
    ],
  });
  expect((await box.get(`/alerts/${json.id}`)).json).toEqual(json);
  expect((await box.get('/alerts', { customer_id: id })).json).toEqual({
    data: [json],
    pagination_metadata: { has_more: false, next_cursor: null },
  });
});

test('the status enters and leaves as the balance moves, and at the threshold itself it is not in alert', async () => {
  const box = await sandboxAt(start);
  const low = (await made(box, dropped(20, 5))).id;
  const none = await made(box, depleted);
  const some = await made(box, recovered);
  expect(none.thresholds).toBeNull();
  const all = async () => [
    await statuses(box, low),
    await statuses(box, none.id),
    await statuses(box, some.id),
  ];
  expect(await all()).toEqual(['20! 5!', '0!', '0-']);
  await box.add({ entry_type: 'increment', amount: 20, expiry_date: '2026-02-01' });
  expect(await all()).toEqual(['20- 5-', '0-', '0!']);
  await box.add({ entry_type: 'decrement', amount: 1 });
  expect(await all()).toEqual(['20! 5-', '0-', '0!']);
  // Credits that lapse move it as well, whoever looks first.
  box.at('2026-02-02T00:00:00Z');
  expect(await all()).toEqual(['20! 5!', '0!', '0-']);
});

test('a deleted block moves it back, and credits in another currency do not count', async () => {
  const box = await sandboxAt(start);
  const low = (await made(box, dropped(20))).id;
  const { json } = await box.add({ entry_type: 'increment', amount: 20 });
  expect(await statuses(box, low)).toBe('20-');
  box.sandbox.operations().units.add('seats');
  await box.add({ entry_type: 'increment', amount: 50, currency: 'seats' });
  await box.remove(`/credit_blocks/${json.credit_block.id}`);
  expect(await statuses(box, low)).toBe('20!');
});

test('an alert watches a currency that there is', async () => {
  const box = await sandboxAt(start);
  for (const currency of ['Credits', 'seats', 'EUR'])
    expect((await box.post(forAcme, { ...depleted, currency })).status).toBe(400);
  expect((await box.get('/alerts', ofAcme)).json.data).toEqual([]);
  await made(box, { ...depleted, currency: 'USD' });
});

test('there is one alert of a type in a currency', async () => {
  const box = await sandboxAt(start);
  const { id } = await made(box, depleted);
  expect((await box.post(forAcme, depleted)).json).toMatchObject({
    type: expect.stringContaining('#400-duplicate-resource-creation'),
  });
  box.sandbox.operations().units.add('seats');
  await made(box, { ...depleted, currency: 'seats' });
  await box.remove(`/alerts/${id}`);
  expect((await made(box, depleted)).id).not.toBe(id);
});

test('thresholds are replaced, and only one that goes by them needs some', async () => {
  const box = await sandboxAt(start);
  const { id } = await made(box, dropped(20));
  const { status, json } = await box.put(`/alerts/${id}`, {
    thresholds: [{ value: 7 }],
    price_filters: null,
  });
  expect([status, json.thresholds]).toEqual([200, [{ value: 7 }]]);
  expect(await statuses(box, id)).toBe('7!');
  expect((await box.put(`/alerts/${id}`, { thresholds: [] })).status).toBe(400);
  const plain = (await made(box, depleted)).id;
  expect((await box.put(`/alerts/${plain}`, { thresholds: [{ value: 1 }] })).json).toMatchObject({
    thresholds: [{ value: 1 }],
    balance_alert_status: [{ threshold_value: 0 }],
  });
  const filters = [{ field: 'item_id', operator: 'includes', values: ['i'] }];
  expect(
    (await box.put(`/alerts/${id}`, { thresholds: [{ value: 1 }], price_filters: filters })).json
      .validation_errors,
  ).toEqual(['price_filters: is only used by cost alerts']);
});

test('a disabled alert is never in alert, and an enabled one is again', async () => {
  const box = await sandboxAt(start);
  const { id } = await made(box, depleted);
  const off = await box.post(`/alerts/${id}/disable`, '');
  expect([off.status, off.json.enabled]).toEqual([200, false]);
  expect(await statuses(box, id)).toBe('0-');
  const on = await box.post(`/alerts/${id}/enable`, '');
  expect([on.status, on.json.enabled]).toEqual([200, true]);
  expect(await statuses(box, id)).toBe('0!');
  const ofPlan = await box.sandbox.exchange({
    method: 'POST',
    path: `/alerts/${id}/disable`,
    query: [['subscription_id', 's']],
    headers: {},
  });
  expect(ofPlan.status).toBe(404);
});

test('a deleted alert is found no more', async () => {
  const box = await sandboxAt(start);
  const { id } = await made(box, depleted);
  expect(await box.remove(`/alerts/${id}`)).toMatchObject({ status: 204, text: '' });
  expect((await box.get(`/alerts/${id}`)).json.type).toContain('#404-resource-not-found');
  expect((await box.put(`/alerts/${id}`, { thresholds: [] })).status).toBe(404);
  expect((await box.post(`/alerts/${id}/enable`, '')).status).toBe(404);
  expect((await box.remove(`/alerts/${id}`)).status).toBe(404);
  expect((await box.get('/alerts', ofAcme)).json.data).toEqual([]);
});

test('alerts are listed newest first, page by page and by when they were made', async () => {
  const box = await sandboxAt(start);
  const first = (await made(box, depleted)).id;
  const second = (await made(box, recovered)).id;
  box.at('2026-01-11T12:00:00Z');
  const third = (await made(box, dropped(1))).id;
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { data, pagination_metadata } = (await box.get('/alerts', { ...ofAcme, limit: '1', cursor })).json;
    seen.push(...data.map((alert: { id: string }) => alert.id));
    if (!pagination_metadata.has_more) break;
    cursor = pagination_metadata.next_cursor;
  }
  expect(seen).toEqual([third, second, first]);
  const early = await box.get('/alerts', { ...ofAcme, 'created_at[lt]': '2026-01-11T00:00:00Z' });
  expect(early.json.data.map((alert: { id: string }) => alert.id)).toEqual([second, first]);
});

test.each([
  ['of nobody in particular', {}, 400],
  ['of two at once', { ...ofAcme, customer_id: 'x' }, 400],
  ['of an unknown customer', { customer_id: 'x' }, 404],
  ['of a subscription, of which there is none', { subscription_id: 'x' }, 404],
  ['of an unknown field', { ...ofAcme, type: 'x' }, 400],
])('a list %s is refused', async (_, query, status) => {
  const box = await sandboxAt(start);
  expect((await box.get('/alerts', query)).status).toBe(status);
});

test.each([
  ['an unknown type', { type: 'usage_exceeded', currency: 'credits' }, 'is not one of'],
  ['no currency', { type: 'credit_balance_depleted' }, "'currency' is a required property"],
  ['no thresholds', dropped(), 'must be specified'],
  ['a threshold twice', dropped(5, 5.0), 'has non-unique elements'],
  ['a threshold in text', { ...dropped(1), thresholds: [{ value: '1' }] }, "is not of type 'number'"],
  ['an unknown field', { ...depleted, enabled: false }, "('enabled' was unexpected)"],
])('an alert with %s is refused', async (_, body, problem) => {
  const box = await sandboxAt(start);
  const { status, json } = await box.post(forAcme, body);
  expect(status).toBe(400);
  expect(json.validation_errors.join('\n')).toContain(problem);
});
