// The contract in detail, in-process: what is accepted, what is refused and how, page by page.
import { expect, test } from 'vitest';
import { routes } from '../../../src/sandbox/server/routes.ts';
import { acme, sandboxAt } from '../sandbox-at.ts';

const start = '2026-01-10T12:00:00Z';
const errorBase = 'https://docs.withorb.com/reference/error-responses#';

test('GET /ping', async () => {
  const { get } = await sandboxAt(start);
  expect(await get('/ping')).toMatchObject({ status: 200, json: { response: 'pong' } });
  expect((await get('/ping', { limit: '1' })).json.validation_errors).toEqual([
    "Additional properties are not allowed ('limit' was unexpected)",
  ]);
});

test('an increment answers as the contract says, digit by digit', async () => {
  const { post } = await sandboxAt('2026-01-10T12:00:00.999Z');
  const body = `{"entry_type":"increment","amount":123456789012345678.000000000000000001,
    "expiry_date":"2026-12-28","description":"Purchased","metadata":{"po":"77","gone":null}}`;
  const { status, json, text } = await post(`${acme}/credits/ledger_entry`, body);
  expect(status).toBe(201);
  expect(text).toContain('"ending_balance":123456789012345678.000000000000000001,');
  expect(json).toMatchObject({
    metadata: { po: '77' },
    ledger_sequence_number: 1,
    entry_status: 'pending',
    customer: { external_customer_id: 'acme' },
    starting_balance: 0,
    currency: 'credits',
    created_at: '2026-01-10T12:00:00+00:00',
    description: 'Purchased',
    credit_block: { expiry_date: '2026-12-28T08:00:00+00:00', per_unit_cost_basis: null, filters: [] },
    entry_type: 'increment',
  });
  expect(json.id).toMatch(/^[2-9A-HJ-NP-Za-km-z]{16}$/);
  expect(json.metadata).toEqual({ po: '77' });
});

test('0.1 and 0.2 are 0.3, and exponents are read', async () => {
  const { add, post } = await sandboxAt(start);
  await add({ entry_type: 'increment', amount: 0.1 });
  await add({ entry_type: 'increment', amount: 0.2 });
  const answer = await post(`${acme}/credits/ledger_entry`, '{"entry_type":"increment","amount":1.5e-7}');
  expect(answer.text).toContain('"starting_balance":0.3,"ending_balance":0.30000015,"amount":0.00000015');
});

test.each(['30', '30.0', '3e1'])('%s is a whole number, as in JSON Schema', async (netTerms) => {
  const { post } = await sandboxAt(start);
  const settings = `{"auto_collection":false,"net_terms":${netTerms}}`;
  const body = `{"entry_type":"increment","amount":1,"per_unit_cost_basis":"1","invoice_settings":${settings}}`;
  const { json } = await post(`${acme}/credits/ledger_entry`, body);
  expect(json.created_invoices).toMatchObject([{ due_date: '2026-02-09T08:00:00+00:00' }]);
});

test('all that is wrong with a body is said at once', async () => {
  const { add } = await sandboxAt(start);
  const answer = await add({
    entry_type: 'increment',
    amount: -5,
    expiry_date: '2026-02-30',
    per_unit_cost_basis: 0.2,
    filters: [{ field: 'price_id', operator: 'includes', values: ['a', 'a'] }],
    metadata: { n: 1 },
    surprise: true,
  });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({
    type: `${errorBase}400-request-validation-errors`,
    status: 400,
    title: 'Request validation did not succeed.',
  });
  expect(answer.json.validation_errors).toEqual([
    "expiry_date: '2026-02-30' is not a 'date-time'",
    "per_unit_cost_basis: 0.2 is not of type 'string'",
    "filters[0].field: 'price_id' is not one of 'item_id'",
    'filters[0].values: has non-unique elements',
    "metadata.n: 1 is not of type 'string'",
    "Additional properties are not allowed ('surprise' was unexpected)",
    'amount: -5 is not greater than 0',
  ]);
});

const settings = { auto_collection: true };
test.each([
  ['nothing', undefined, 'The request has no body; a JSON object is required'],
  ['no JSON', '{', 'The body is not valid JSON'],
  [
    'a member twice',
    '{"amount":1,"amount":2}',
    'The body is not valid JSON: the member "amount" is there twice',
  ],
  ['a list', '[]', "an array is not of type 'object'"],
  ['no type', {}, "'entry_type' is a required property"],
  ['an unknown type', { entry_type: 'undo' }, "entry_type: 'undo' is not one of"],
  ['no amount', { entry_type: 'decrement' }, "'amount' is a required property"],
  ['an amount in text', { entry_type: 'decrement', amount: '5' }, "amount: '5' is not of type 'number'"],
  ['an absurd exponent', '{"entry_type":"decrement","amount":1e99999}', 'amount: has too large an exponent'],
  [
    'a decrement of a block',
    { entry_type: 'decrement', amount: 1, block_id: 'x' },
    "('block_id' was unexpected)",
  ],
  [
    'a target in time',
    { entry_type: 'expiration_change', target_expiry_date: '2026-01-01T00:00:00Z' },
    "is not a 'date'",
  ],
  ['a void without block', { entry_type: 'void', amount: 1 }, "'block_id' is a required property"],
  [
    'another reason',
    { entry_type: 'void', amount: 1, block_id: 'x', void_reason: 'oops' },
    "is not one of 'refund'",
  ],
  [
    'a due date and net terms',
    {
      entry_type: 'increment',
      amount: 1,
      per_unit_cost_basis: '1',
      invoice_settings: { ...settings, net_terms: 0, custom_due_date: '2026-02-01' },
    },
    'exactly one of net_terms and custom_due_date',
  ],
  [
    'no due date at all',
    { entry_type: 'increment', amount: 1, per_unit_cost_basis: '1', invoice_settings: settings },
    'exactly one of net_terms and custom_due_date',
  ],
  [
    'an invoice without price',
    { entry_type: 'increment', amount: 1, invoice_settings: { ...settings, net_terms: 0 } },
    'per_unit_cost_basis: must be specified',
  ],
  [
    'a price without invoice',
    { entry_type: 'increment', amount: 1, per_unit_cost_basis: '1' },
    'invoice_settings: must be included',
  ],
])('a body of %s is refused', async (_, body, sentence) => {
  const { post } = await sandboxAt(start);
  const answer = await post(`${acme}/credits/ledger_entry`, body ?? '');
  expect(answer.json.type).toBe(`${errorBase}400-request-validation-errors`);
  expect(answer.json.validation_errors.join('\n')).toContain(sentence);
});

test.each([
  [{ limit: '0' }, 'limit: 0 is less than the minimum of 1'],
  [{ limit: '1001' }, 'limit: 1001 is greater than the maximum of 1000'],
  [{ limit: 'ten' }, "limit: 'ten' is not of type 'integer'"],
  [{ cursor: 'bm9wZQ' }, 'cursor: is not a cursor of this list'],
  [{ cursor: '***' }, 'cursor: is not a cursor of this list'],
  [{ entry_type: 'undo' }, "entry_type: 'undo' is not one of"],
  [{ entry_status: 'final' }, "entry_status: 'final' is not one of"],
  [{ minimum_amount: 'much' }, "minimum_amount: 'much' is not a decimal number"],
  [{ 'created_at[gte]': 'yesterday' }, "created_at[gte]: 'yesterday' is not a 'date-time'"],
  [{ page: '2' }, "('page' was unexpected)"],
])('the ledger refuses the query %o', async (query, sentence) => {
  const { get } = await sandboxAt(start);
  const answer = await get(`${acme}/credits/ledger`, query as unknown as Record<string, string>);
  expect(answer.status).toBe(400);
  expect(answer.json.validation_errors.join('\n')).toContain(sentence);
});

test('what is not there is not found: paths, customers, blocks', async () => {
  const { get, add } = await sandboxAt(start);
  expect((await get('/nowhere')).json).toMatchObject({ type: `${errorBase}404-url-not-found`, status: 404 });
  expect((await get('/customers/')).json.type).toBe(`${errorBase}404-url-not-found`);
  expect((await get('/customers/nobody/credits')).json).toMatchObject({
    type: `${errorBase}404-resource-not-found`,
    title: 'A specified resource was not found.',
    detail: 'Could not find a resource of type Customer with identifier: nobody.',
  });
  expect((await get('/credit_blocks/none')).json.type).toBe(`${errorBase}404-resource-not-found`);
  const voided = await add({ entry_type: 'void', amount: 1, block_id: 'none' });
  expect(voided.json.type).toBe(`${errorBase}404-resource-not-found`);
});

test('a block of another customer is not found, one of another currency violates a constraint', async () => {
  const { add, post } = await sandboxAt(start);
  const granted = await post('/customers/external_customer_id/globex/credits/ledger_entry', {
    entry_type: 'increment',
    amount: 1,
  });
  const foreign = await add({ entry_type: 'void', amount: 1, block_id: granted.json.credit_block.id });
  expect(foreign.status).toBe(404);
  const dollars = await add({ entry_type: 'increment', amount: 1, currency: 'USD' });
  const mixed = await add({ entry_type: 'void', amount: 1, block_id: dollars.json.credit_block.id });
  expect(mixed.json.type).toBe(`${errorBase}400-constraint-violation`);
  const euros = await add({ entry_type: 'increment', amount: 1, currency: 'EUR' });
  expect(euros.json.type).toBe(`${errorBase}400-constraint-violation`);
});

test('a body of more than a mebibyte is too large', async () => {
  const { add } = await sandboxAt(start);
  const answer = await add({ entry_type: 'increment', amount: 1, description: 'é'.repeat(524_288) });
  expect(answer.json).toMatchObject({ type: `${errorBase}413-request-too-large`, status: 413 });
});

test('ids in paths are percent-decoded', async () => {
  const { get, post } = await sandboxAt(start);
  const body = { name: 'Ünï', email: 'u@example.com', external_customer_id: 'a/b c%' };
  expect((await post('/customers', body)).status).toBe(201);
  const found = await get(`/customers/external_customer_id/${encodeURIComponent('a/b c%')}`);
  expect(found.json).toMatchObject({ name: 'Ünï', external_customer_id: 'a/b c%', timezone: 'UTC' });
  expect((await get('/customers/external_customer_id/%E0%A4%A')).status).toBe(404);
});

test('a new customer is answered with every field, and its external id is taken', async () => {
  const { get, post } = await sandboxAt(start);
  const body = {
    name: 'N',
    email: 'n@example.com',
    external_customer_id: 'n',
    timezone: 'Asia/Kolkata',
    currency: 'INR',
  };
  const { status, json } = await post('/customers', body);
  expect(status).toBe(201);
  expect(json).toMatchObject({
    ...body,
    metadata: {},
    payment_provider: null,
    payment_provider_id: null,
    created_at: '2026-01-10T12:00:00+00:00',
    shipping_address: null,
    billing_address: null,
    balance: '0.00',
    tax_id: null,
    auto_collection: false,
    exempt_from_automated_tax: null,
    email_delivery: true,
    auto_issuance: null,
    additional_emails: [],
    portal_url: null,
    hierarchy: { parent: null, children: [] },
  });
  expect((await get(`/customers/${json.id}`)).json).toEqual(json);
  expect((await post('/customers', body)).json).toMatchObject({
    type: `${errorBase}400-duplicate-resource-creation`,
    status: 400,
  });
  const wrong = await post('/customers', { email: 'no', timezone: 'Mars', plan: 1 });
  expect(wrong.json.validation_errors).toEqual([
    "'name' is a required property",
    "email: 'no' is not a 'email'",
    "Additional properties are not allowed ('plan' was unexpected)",
  ]);
  const nowhere = await post('/customers', { name: 'N', email: 'n@example.com', timezone: 'Mars' });
  expect(nowhere.json.validation_errors).toEqual([
    "timezone: 'Mars' is not a time zone of the IANA database",
  ]);
});

test('an invoice is a whole document, and comes back with its entry', async () => {
  const { add, ledger } = await sandboxAt('2026-01-11T02:00:00Z');
  const { json } = await add({
    entry_type: 'increment',
    amount: 100,
    per_unit_cost_basis: '0.20',
    invoice_settings: { auto_collection: false, net_terms: 30, memo: 'Thanks', anything: 'else' },
  });
  expect(json.credit_block.per_unit_cost_basis).toBe('0.20');
  const [invoice] = json.created_invoices;
  expect(invoice).toMatchObject({
    invoice_number: 'JYEFHK-00001',
    status: 'issued',
    total: '20.00',
    amount_due: '20.00',
    currency: 'USD',
    memo: 'Thanks',
    // In Los Angeles it is still the tenth.
    invoice_date: '2026-01-10T08:00:00+00:00',
    due_date: '2026-02-09T08:00:00+00:00',
    paid_at: null,
  });
  expect((await ledger())[0].created_invoices).toEqual([invoice]);
  const paid = await add({
    entry_type: 'increment',
    amount: 1,
    per_unit_cost_basis: '2',
    invoice_settings: { auto_collection: false, custom_due_date: '2026-07-01', mark_as_paid: true },
  });
  expect(paid.json.created_invoices).toMatchObject([
    {
      invoice_number: 'JYEFHK-00002',
      status: 'paid',
      amount_due: '2.00',
      due_date: '2026-07-01T07:00:00+00:00',
    },
  ]);
});

test('an unpaid block is listed, but not counted', async () => {
  const { add, blocks } = await sandboxAt(start);
  const { json } = await add({
    entry_type: 'increment',
    amount: 5,
    per_unit_cost_basis: '1',
    invoice_settings: { auto_collection: true, net_terms: 0, require_successful_payment: true },
  });
  expect(json).toMatchObject({ starting_balance: 0, ending_balance: 0 });
  expect(await blocks()).toMatchObject([{ balance: 5, status: 'pending_payment' }]);
});

test('blocks: open ones newest first, all of them on request, or by effective date', async () => {
  const { add, at, blocks } = await sandboxAt(start);
  for (const effective_date of ['2026-01-03', '2026-01-01', '2026-01-02']) {
    await add({ entry_type: 'increment', amount: 1, effective_date, expiry_date: '2026-02-01' });
  }
  await add({ entry_type: 'increment', amount: 9 });
  const dates = (list: { effective_date: string }[]) =>
    list.map((block) => block.effective_date.slice(0, 10));
  expect(dates(await blocks())).toEqual(['2026-01-10', '2026-01-02', '2026-01-01', '2026-01-03']);
  const early = { 'effective_date[lt]': '2026-01-03T08:00:00Z', 'effective_date[gte]': '2026-01-01' };
  expect(dates(await blocks(early))).toEqual(['2026-01-02', '2026-01-01']);
  at('2026-03-01T00:00:00Z');
  expect(await blocks()).toMatchObject([{ balance: 9 }]);
  expect((await blocks({ include_all_blocks: 'true' })).map(({ balance }) => balance)).toEqual([9, 0, 0, 0]);
  expect(dates(await blocks({ include_all_blocks: 'true', ...early }))).toEqual(['2026-01-02', '2026-01-01']);
});

test.each([
  [`${acme}/credits/ledger`, {}],
  [`${acme}/credits`, {}],
  [`${acme}/credits`, { include_all_blocks: 'true', 'effective_date[gte]': '2020-01-01' }],
  [`${acme}/credits/ledger`, { entry_type: 'increment', minimum_amount: '2' }],
  ['/customers', {}],
])('pages of %s %o neither repeat nor hide anything while more is added', async (path, query) => {
  const { add, get, post } = await sandboxAt(start);
  for (let amount = 1; amount <= 7; amount += 1) {
    await add({ entry_type: 'increment', amount });
    await post('/customers', { name: `${amount}`, email: 'a@example.com' });
  }
  const given = query as unknown as Record<string, string>;
  const whole = (await get(path, { ...given, limit: '100' })).json.data.map(({ id }: { id: string }) => id);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { json } = await get(path, { ...given, limit: '2', cursor });
    seen.push(...json.data.map(({ id }: { id: string }) => id));
    cursor = json.pagination_metadata.next_cursor;
    expect(json.pagination_metadata.has_more).toBe(cursor !== null);
    await add({ entry_type: 'increment', amount: 5 });
    await post('/customers', { name: 'late', email: 'a@example.com' });
  }
  expect(seen).toEqual(whole);
});

test('the filters of the ledger pick what a reader of the whole ledger would pick', async () => {
  const { add, at, get, ledger } = await sandboxAt(start);
  for (let step = 0; step < 700; step += 1) {
    at(new Date(Date.parse(start) + Math.floor(step / 3) * 600_000).toISOString());
    await add({
      entry_type: step % 5 === 4 ? 'decrement' : 'increment',
      amount: ((step * 37) % 101) / 4 + 0.25,
    });
  }
  const now = Date.parse(start) + 233 * 600_000;
  const all = await ledger();
  expect(all.length).toBeGreaterThan(700);
  const committed = (entry: { created_at: string }) => Date.parse(entry.created_at) <= now - 12 * 3_600_000;
  const queries: [Record<string, string>, (entry: (typeof all)[number]) => boolean][] = [
    [{ entry_type: 'decrement' }, (entry) => entry.entry_type === 'decrement'],
    [{ minimum_amount: '25.25' }, (entry) => entry.amount >= 25.25],
    [
      { minimum_amount: '10', entry_type: 'decrement' },
      (entry) => entry.amount >= 10 && entry.entry_type === 'decrement',
    ],
    [{ minimum_amount: '-1' }, () => true],
    [{ minimum_amount: '1000' }, () => false],
    [{ entry_status: 'committed' }, committed],
    [{ entry_status: 'pending', minimum_amount: '20' }, (entry) => !committed(entry) && entry.amount >= 20],
    [
      { 'created_at[gt]': '2026-01-10T13:00:00Z', 'created_at[lte]': '2026-01-10T14:00:00+00:00' },
      ({ created_at }) =>
        created_at > '2026-01-10T13:00:00+00:00' && created_at <= '2026-01-10T14:00:00+00:00',
    ],
    [{ 'created_at[lt]': '2026-01-10T12:00:00Z' }, () => false],
    [{ 'created_at[gte]': '2030-01-01T00:00:00Z' }, () => false],
  ];
  for (const [query, picks] of queries) {
    expect(await ledger(query), JSON.stringify(query)).toEqual(all.filter(picks));
  }
  const page = await get(`${acme}/credits/ledger`, { minimum_amount: '25.25', limit: '3' });
  expect(page.json.data).toHaveLength(3);
  expect(page.json.pagination_metadata.has_more).toBe(true);
});

test('a key answers the same again, also after the ledger has moved on, and is refused for anything else', async () => {
  const { add, ledger, post } = await sandboxAt(start);
  const key = { 'idempotency-key': 'k-1' };
  const first = await add({ entry_type: 'increment', amount: 1 }, key);
  expect(first.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'k-1' });
  expect(first.headers).not.toHaveProperty('idempotent-replayed');
  await add({ entry_type: 'increment', amount: 1 });
  const again = await add({ entry_type: 'increment', amount: 1 }, key);
  expect(again).toMatchObject({ status: 201, text: first.text });
  expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true', 'idempotency-key': 'k-1' });
  const conflict = { type: `${errorBase}409-resource-conflict`, status: 409 };
  expect((await add({ entry_type: 'increment', amount: 2 }, key)).json).toMatchObject(conflict);
  const elsewhere = '/customers/external_customer_id/globex/credits/ledger_entry';
  expect((await post(elsewhere, { entry_type: 'increment', amount: 1 }, key)).json).toMatchObject(conflict);
  expect(await ledger()).toHaveLength(2);
});

test('a used key is refused by every operation, whatever is wrong with the body', async () => {
  const { add, post } = await sandboxAt('2026-01-10T12:00:00Z');
  const key = { 'idempotency-key': 'k' };
  await add({ entry_type: 'increment', amount: 1 }, key);
  for (const [, pattern] of routes.filter(([method]) => method === 'POST')) {
    const path = pattern.replace(/\{[^}]*\}/g, 'nothing');
    const { status, json } = await post(path, '{', key);
    expect([path, status, json.type.split('#')[1]]).toEqual([path, 409, '409-resource-conflict']);
  }
});

test('a key lasts 48 hours, and a refusal does not use it up', async () => {
  const { add, at, ledger } = await sandboxAt(start);
  const key = { 'idempotency-key': 'k' };
  expect((await add({ entry_type: 'increment', amount: 0 }, key)).status).toBe(400);
  expect((await add({ entry_type: 'increment', amount: 1 }, key)).status).toBe(201);
  at('2026-01-12T11:59:59Z');
  expect((await add({ entry_type: 'increment', amount: 1 }, key)).headers['idempotent-replayed']).toBe(
    'true',
  );
  at('2026-01-12T12:00:00Z');
  expect((await add({ entry_type: 'increment', amount: 1 }, key)).headers).not.toHaveProperty(
    'idempotent-replayed',
  );
  expect(await ledger()).toHaveLength(2);
  expect(
    (await add({ entry_type: 'increment', amount: 1 }, { 'idempotency-key': 'x'.repeat(65) })).status,
  ).toBe(400);
});
