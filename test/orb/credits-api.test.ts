import { expect, test } from 'vitest';
import { invoicesQuery } from '../../src/commands/invoices/request.ts';
import { CreditctlError } from '../../src/errors.ts';
import { type CreditsApi, creditsApi } from '../../src/orb/credits-api.ts';
import type { Send } from '../../src/orb/send.ts';
import { ledgerQuery } from '../../src/requests/ledger-query.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import { type Json, jsonNumber } from '../../src/wire/json.ts';
import { alert, block as blockDocument, customer, entry, invoice, page } from '../support/documents.ts';

const block: Json = blockDocument({ id: 'b1', balance: jsonNumber('1') });

function answering(...documents: readonly Json[]) {
  const asked: string[] = [];
  const send: Send = async ({ method, path, query = [] }: ApiRequest) => {
    asked.push([method, path, ...query.map((pair) => pair.join('='))].join(' '));
    return { status: 200, document: documents[asked.length - 1] ?? null, replayed: false };
  };
  return { api: creditsApi(send), asked };
}

test('each question has its path', async () => {
  const { api, asked } = answering({ response: 'pong' }, { ...block, id: 'b/1' });
  await api.ping();
  expect((await api.block('b/1')).record).toMatchObject({ id: 'b/1', balance: '1' });
  expect(asked).toEqual(['GET /ping', 'GET /credit_blocks/b%2F1']);
  await expect(api.customer({ by: 'external', id: 'acme' })).rejects.toThrow('the answer is null');
  expect(asked[2]).toBe('GET /customers/external_customer_id/acme');
  await expect(api.alert('a/1')).rejects.toThrow('the answer is null');
  expect(asked[3]).toBe('GET /alerts/a%2F1');
});

test('a list of blocks is fetched page by page, as it is read', async () => {
  const page = (id: string, next: string | null): Json => ({
    data: [{ ...block, id }],
    pagination_metadata: { has_more: next !== null, next_cursor: next },
  });
  const { api, asked } = answering(page('b1', 'n'), page('b2', null));
  const read: string[] = [];
  for await (const { record } of api.blocks({ method: 'GET', path: '/x' }, {}))
    read.push(`${record.id}/${asked.length}`);
  expect(read).toEqual(['b1/1', 'b2/2']);
  expect(asked).toEqual(['GET /x limit=100', 'GET /x limit=100 cursor=n']);
});

async function read(records: AsyncIterable<unknown>): Promise<void> {
  for await (const record of records) expect(record).toBeDefined();
}

/** Answers as a cache gives them that knows one request from another by less than its address. */
const mixedUp: readonly (readonly [
  what: string,
  ask: (api: CreditsApi) => Promise<unknown>,
  answer: object,
])[] = [
  [
    'a customer',
    (api) => api.customer({ by: 'external', id: 'acme' }),
    customer({ external_customer_id: 'b' }),
  ],
  ['a customer by id', (api) => api.customer({ by: 'id', id: 'c1' }), customer({ id: 'c2' })],
  ['a block', (api) => api.block('b1'), { ...block, id: 'b2' }],
  ['an alert', (api) => api.alert('a1'), alert({ id: 'a2' })],
  ['an invoice', (api) => api.invoice('i1'), invoice({ id: 'i2' })],
  [
    'entries of a customer',
    (api) => read(api.entries(ledgerQuery({ by: 'external', id: 'b' }, {}, {}), {})),
    page([entry()]),
  ],
  [
    'entries of a customer by id',
    (api) => read(api.entries(ledgerQuery({ by: 'id', id: 'b' }, {}, {}), {})),
    page([entry()]),
  ],
  [
    'entries in a currency',
    (api) => read(api.entries(ledgerQuery({ by: 'external', id: 'acme' }, { currency: 'EUR' }, {}), {})),
    page([entry()]),
  ],
  [
    'invoices of a customer',
    (api) => read(api.invoices(invoicesQuery({ by: 'external', id: 'b' }), {})),
    page([invoice()]),
  ],
];

test.each(mixedUp)('the answer to another request is no answer: %s', async (_what, ask, answer) => {
  const { api } = answering(answer as Json);
  await expect(ask(api)).rejects.toMatchObject({
    kind: 'server',
    message: expect.stringMatching(/ was asked for$/),
  });
});

test('a customer is known by the key that opens it, also once it was deleted', async () => {
  const { api, asked } = answering({ id: 'c1', name: 'Acme' }, { id: 'c1', deleted: true }, { id: 'c2' });
  expect([await api.opensCustomer('c1'), await api.opensCustomer('c1')]).toEqual([true, true]);
  expect(asked).toEqual(['GET /customers/c1', 'GET /customers/c1']);
  await expect(api.opensCustomer('c1')).rejects.toMatchObject({ kind: 'server' });
});

test('a customer who is being deleted does not spoil the list of the others', async () => {
  const gone = { id: 'c2', deleted: true };
  const pages = [
    page([customer({ id: 'c1' }), gone], 'n'),
    page([gone], 'm'),
    page([customer({ id: 'c3' })]),
  ];
  const { api } = answering(...(pages as Json[]));
  const read: string[] = [];
  for await (const { record } of api.customers({})) read.push(record.id);
  expect(read).toEqual(['c1', 'c3']);
});

test.each<[string, CreditctlError, boolean | object]>([
  ['the API’s own 404', new CreditctlError('not-found', 'no', { refusal: '404-resource-not-found' }), false],
  ['a 404 of something between', new CreditctlError('not-found', 'no'), { kind: 'server' }],
  ['a key that is refused', new CreditctlError('credentials', 'no'), { kind: 'credentials' }],
  ['too many requests', new CreditctlError('rate-limited', 'no'), { kind: 'rate-limited' }],
  ['a timeout', new CreditctlError('network', 'no'), { kind: 'network' }],
])('whether a key opens a customer: %s', async (_what, error, expected) => {
  const opens = creditsApi(() => Promise.reject(error)).opensCustomer('c1');
  if (expected === false) expect(await opens).toBe(false);
  else await expect(opens).rejects.toMatchObject(expected as object);
});
