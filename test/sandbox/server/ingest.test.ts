// POST /ingest: what an event costs, that each counts once, and that a request is taken as a whole or not at all.
import { expect, test } from 'vitest';
import { amount } from '../../../src/credits/exact.ts';
import { sandboxAt, type TestSandbox } from '../sandbox-at.ts';
import { use } from '../usage.ts';

// Late in the morning in Los Angeles. Events are taken from 07:00Z on, an hour before the day began.
const start = '2026-01-10T19:00:00Z';

async function priced(): Promise<TestSandbox> {
  const box = await sandboxAt(start);
  const { prices } = box.sandbox.operations();
  prices.add({ event: 'call', credits: amount('0.5'), itemId: 'api' });
  prices.add({ event: 'tokens', credits: amount('0.002'), property: 'count', itemId: 'ai' });
  await box.add({ entry_type: 'increment', amount: 100, effective_date: '2026-01-01' });
  return box;
}

let keys = 0;
const event = (more: object = {}) => {
  keys += 1;
  const usual = { external_customer_id: 'acme', event_name: 'call', timestamp: '2026-01-10T18:00:00Z' };
  return { ...usual, properties: {}, idempotency_key: `e-${keys}`, ...more };
};
const ingest = ({ post }: TestSandbox, ...events: object[]) => post('/ingest', { events });
const deductions = async ({ ledger, sandbox }: TestSandbox): Promise<number[]> => {
  expect(sandbox.operations().status().problems).toEqual([]);
  return (await ledger({ entry_type: 'decrement' })).map((entry) => entry.amount);
};

test('events are deducted at the price of their name, those of a day and price together', async () => {
  const box = await priced();
  const tokens = { event_name: 'tokens', properties: { count: 1234, model: 'large', free: false } };
  const { status, json } = await ingest(box, event(), event(tokens), event(), event(tokens));
  expect({ status, json }).toEqual({ status: 200, json: { validation_failed: [] } });
  expect(await deductions(box)).toEqual([1, 4.936]);
  await ingest(box, event({ timestamp: '2026-01-10T07:30:00' }), event());
  expect(await deductions(box)).toEqual([1.5, 4.936, 0.5]);
  const [first, second] = box.sandbox.operations().prices.list();
  const prices = (await box.ledger({ entry_type: 'decrement' })).map(({ price_id }) => price_id);
  expect(prices).toEqual([first?.id, second?.id, first?.id]);
});

test('digits are kept however many events there are', async () => {
  const box = await priced();
  const tenth = Array.from({ length: 10 }, () => event({ event_name: 'tokens', properties: { count: 0.1 } }));
  await ingest(box, ...tenth);
  expect(await deductions(box)).toEqual([0.002]);
});

test('an item draws on blocks for it first', async () => {
  const box = await priced();
  const filters = [{ field: 'item_id', operator: 'includes', values: ['ai'] }];
  await box.add({ entry_type: 'increment', amount: 5, effective_date: '2026-01-01', filters });
  await ingest(box, event(), event({ event_name: 'tokens', properties: { count: 1000 } }));
  expect((await box.blocks()).map(({ balance }) => balance)).toEqual([3, 99.5]);
});

test('a key counts once: in a request, in a later one, and until an event of its time is too old', async () => {
  const box = await priced();
  const one = event();
  await ingest(box, one, one);
  const again = await box.sandbox.exchange({
    method: 'POST',
    path: '/ingest',
    query: [['debug', 'true']],
    headers: {},
    body: JSON.stringify({
      events: [{ ...one, properties: { other: 1 } }, event({ idempotency_key: 'new' })],
    }),
  });
  const debug = { duplicate: [one.idempotency_key], ingested: ['new'] };
  expect(JSON.parse(again.body)).toEqual({ validation_failed: [], debug });
  expect(await deductions(box)).toEqual([1]);
  // Before its time is too old, and one second after: then the key is free for another event.
  box.at('2026-01-11T05:00:00Z');
  await ingest(box, one);
  expect(await deductions(box)).toEqual([1]);
  box.at('2026-01-11T06:00:01Z');
  expect((await ingest(box, one)).status).toBe(400);
  await ingest(box, { ...one, timestamp: '2026-01-11T06:00:00Z' });
  expect(await deductions(box)).toEqual([1.5]);
});

test('what nobody pays for is taken and deducts nothing', async () => {
  const box = await priced();
  const { status } = await ingest(
    box,
    event({ event_name: 'unpriced' }),
    event({ external_customer_id: 'nobody yet' }),
    event({ event_name: 'tokens', properties: { count: 'many' } }),
  );
  expect(status).toBe(200);
  expect((await ingest(box)).json).toEqual({ validation_failed: [] });
  expect(await deductions(box)).toEqual([]);
});

test.each([
  [{ customer_id: 'x' }, 'exactly one of customer_id and external_customer_id'],
  [{ external_customer_id: null }, 'exactly one of'],
  [{ external_customer_id: undefined, customer_id: 'nobody' }, 'There is no customer nobody'],
  [{ timestamp: '2026-01-10T19:05:01Z' }, 'more than 5 minutes in the future'],
  [{ timestamp: '2026-01-10T06:59:59Z' }, 'before the grace period'],
  [{ timestamp: '2026-01-10T20:00:00+02:00' }, "is not a 'date-time in UTC'"],
  [{ timestamp: 'noon' }, "is not a 'date-time in UTC'"],
  [{ event_name: '' }, 'event_name'],
  [{ properties: { nested: {} } }, 'properties.nested: must be a number'],
  [{ properties: undefined }, "'properties' is a required property"],
  [{ amount: 1 }, "('amount' was unexpected)"],
  [{ event_name: 'tokens', properties: { count: -1 } }, 'properties.count: -1 is less than 0'],
  [{ event_name: 'sandbox.usage' }, 'properties.credits: must be a number above 0'],
])('an event with %j is named, and none of its request is taken', async (wrong, sentence) => {
  const box = await priced();
  const good = event();
  const bad = event(wrong);
  const { status, json } = await ingest(box, good, bad);
  expect(status).toBe(400);
  expect(json.type).toContain('#400-request-validation-errors');
  expect(json.validation_errors).toHaveLength(1);
  expect(json.validation_errors[0].idempotency_key).toBe(bad.idempotency_key);
  expect(json.validation_errors[0].validation_errors.join()).toContain(sentence);
  expect(await deductions(box)).toEqual([]);
  expect((await ingest(box, good)).status).toBe(200);
  expect(await deductions(box)).toEqual([0.5]);
});

test('an event at the edge of time is taken', async () => {
  const box = await priced();
  for (const timestamp of ['2026-01-10T19:05:00Z', '2026-01-10T07:00:00+00:00'])
    expect((await ingest(box, event({ timestamp }))).status).toBe(200);
  expect(await deductions(box)).toEqual([0.5, 0.5]);
});

test('two events of one key that differ refuse the request, as does a body that is no list of events', async () => {
  const box = await priced();
  const { json } = await ingest(
    box,
    event({ idempotency_key: 'k' }),
    event({ idempotency_key: 'k', properties: { a: 1 } }),
  );
  expect(json.validation_errors).toMatchObject([{ idempotency_key: 'k' }]);
  for (const [body, sentence] of [
    ['', 'The request has no body'],
    ['{}', "'events' is a required property"],
    ['{"events":{}}', "events: an object is not of type 'array'"],
    ['{"events":[1]}', "events[0]: 1 is not of type 'object'"],
    ['{"events":[{"event_name":"call"}]}', "events[0]: 'idempotency_key' is a required property"],
  ] as const) {
    const answer = await box.post('/ingest', body);
    expect(answer.status).toBe(400);
    expect(answer.json.validation_errors.join('\n')).toContain(sentence);
  }
  expect(await deductions(box)).toEqual([]);
});

test('there are no backfills to belong to', async () => {
  const box = await priced();
  const query = [['backfill_id', 'b']] as const;
  const body = JSON.stringify({ events: [event()] });
  const { status } = await box.sandbox.exchange({
    method: 'POST',
    path: '/ingest',
    query,
    headers: {},
    body,
  });
  expect(status).toBe(404);
  expect(await deductions(box)).toEqual([]);
});

test('what the ledger refuses refuses the request', async () => {
  const box = await priced();
  const foreign = await use(box, 1, { currency: 'EUR' });
  expect(foreign.json.type).toContain('#400-constraint-violation');
  expect((await use(box, 1e19)).json.detail).toContain('at most 18 digits');
  expect(await use(box, 1, { currency: 'USD' })).toMatchObject({ status: 200, data: [{ amount: 1 }] });
});

test('items are what usage is priced for, newest first', async () => {
  const { get, sandbox } = await priced();
  const { prices } = sandbox.operations();
  prices.add({ event: 'search', credits: amount('1'), itemId: 'api' });
  const { data } = (await get('/items')).json;
  expect(data.map(({ id }: { id: string }) => id)).toEqual(['ai', 'api']);
  expect((await get('/items/api')).json).toEqual(data[1]);
  const page = (await get('/items', { limit: '1' })).json;
  const next = (await get('/items', { cursor: page.pagination_metadata.next_cursor })).json;
  expect([...page.data, ...next.data]).toEqual(data);
  prices.remove('tokens');
  expect((await get('/items/ai')).json.type).toContain('#404-resource-not-found');
});
