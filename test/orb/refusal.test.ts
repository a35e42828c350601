import { expect, test } from 'vitest';
import { isInFlight, provesNotApplied, readRefusal, refusalError } from '../../src/orb/refusal.ts';
import type { WireAnswer } from '../../src/wire/json.ts';

const reference = 'https://docs.withorb.com/reference/error-responses';

function answer(status: number, body: unknown, headers: Record<string, string> = {}): WireAnswer {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const errorOf = (from: WireAnswer, request: Parameters<typeof refusalError>[2] = { path: '' }) =>
  refusalError(readRefusal(from), from, request);

test('everything that a problem document says is read', () =>
  expect(
    readRefusal(
      answer(400, {
        type: `${reference}#400-request-validation-errors`,
        status: 400,
        title: 'T',
        detail: 'D',
        validation_errors: ['a', { field: 'b' }, { idempotency_key: 'k', validation_errors: ['c', 'd'] }],
      }),
    ),
  ).toEqual({
    status: 400,
    type: '400-request-validation-errors',
    title: 'T',
    detail: 'D',
    validationErrors: ['a', '{"field":"b"}', 'event k: c; d'],
  }));

test.each([
  '',
  '<html>',
  '[]',
  '"no"',
  '{"type":5,"title":null,"validation_errors":"x"}',
  '{"type":',
])('of the body %j nothing is read, and nothing breaks', (body) =>
  expect(readRefusal(answer(502, body))).toEqual({ status: 502, validationErrors: [] }));

test('the old form of a bad key is understood', () =>
  expect(
    errorOf(answer(401, { code: 'authorization_header_invalid', description: 'Invalid API Key' })),
  ).toMatchObject({
    kind: 'credentials',
    message: 'The API does not accept the key: Invalid API Key',
    facts: { next: ['creditctl auth status', 'creditctl auth login'] },
  }));

test.each([
  [301, '', 'server'],
  [307, '', 'server'],
  [400, '400-constraint-violation', 'rejected'],
  [400, '404-feature-not-available', 'rejected'],
  [404, '404-feature-not-available', 'rejected'],
  [401, '', 'credentials'],
  [403, '', 'credentials'],
  [404, '404-resource-not-found', 'not-found'],
  [404, '404-url-not-found', 'not-found'],
  [408, '', 'network'],
  [409, '409-resource-conflict', 'rejected'],
  [413, '413-request-too-large', 'rejected'],
  [418, '', 'rejected'],
  [429, '429-too-many-requests', 'rate-limited'],
  [500, '500-internal-server-error', 'server'],
  [503, '', 'server'],
])('%i %s is of the kind %s', (status, type, kind) =>
  expect(errorOf(answer(status, { type: `${reference}#${type}` }))).toMatchObject({
    kind,
    facts: { status, applied: 'no' },
  }));

test.each<[WireAnswer, string]>([
  [answer(400, { detail: 'D', title: 'T', validation_errors: ['a', 'b'] }), 'The API answered 400: a; b'],
  [answer(400, { detail: 'D', title: 'T' }), 'The API answered 400: D'],
  [answer(404, { title: 'T' }), 'The API answered 404: T'],
  [
    answer(502, '<html>', { 'content-type': 'text/html; charset=utf-8' }),
    'The API answered 502 without saying why (text/html)',
  ],
  [answer(500, ''), 'The API answered 500 without saying why'],
  [answer(302, ''), 'The API answered with a redirect (302), which is never followed: check the base URL'],
])('the message of %j is %j', (from, message) => expect(errorOf(from).message).toBe(message));

test.each([
  ['404-resource-not-found', 'There is no credit block with the id "b.1"'],
  [
    '404-url-not-found',
    'The API answered 404: Could not find a resource of type CreditBlock with identifier: b.1.',
  ],
])('an unknown id is said in plain words where the type says so: %s', (type, message) => {
  const detail = 'Could not find a resource of type CreditBlock with identifier: b.1.';
  expect(errorOf(answer(404, { type: `${reference}#${type}`, detail })).message).toBe(message);
});

test.each([
  ['/credit_blocks/b', 'There is no credit block with the id "b"'],
  [
    '/customers/external_customer_id/globex/credits/ledger_entry',
    'globex has no credit block with the id "b"',
  ],
  ['/customers/c/credits/ledger_entry', 'id:c has no credit block with the id "b"'],
])('a block that another customer may have is said to be missing of this one: %s', (path, message) => {
  const detail = 'Could not find a resource of type CreditBlock with identifier: b.';
  const unknown = answer(404, { type: `${reference}#404-resource-not-found`, detail });
  expect(errorOf(unknown, { path }).message).toBe(message);
});

test.each([
  ['/alerts/a/enable', 'List the alerts: creditctl alerts list <customer>'],
  ['/invoices/i', 'List the invoices: creditctl invoices list'],
  ['/credit_blocks/b', 'List the blocks: creditctl blocks list <customer> --all-blocks'],
  ['/customers/c/credits/ledger_entry', 'List the blocks: creditctl blocks list id:c --all-blocks'],
  [
    '/customers/external_customer_id/a%20b/credits/top_ups/t',
    "List the top-ups: creditctl topups list 'a b'",
  ],
])('what is not there leads to the list of what is: %s', (path, list) => {
  const unknown = answer(404, { type: `${reference}#404-resource-not-found`, detail: 'not it' });
  expect(errorOf(unknown, { path }).facts.next).toEqual([list]);
});

test.each([
  { path: '/customers/Acme' },
  { path: '/customers/external_customer_id/Acme/credits/top_ups/t' },
  { path: '/alerts/customer_id/Acme' },
  { path: '/alerts', query: [['external_customer_id', 'Acme']] as const },
  { path: '/invoices', query: [['customer_id', 'Acme']] as const },
])('a customer who is not there leads to the search: %o', (request) => {
  const detail = 'Could not find a resource of type Customer with identifier: Acme.';
  const unknown = answer(404, { type: `${reference}#404-resource-not-found`, detail });
  expect(errorOf(unknown, request).facts.next).toEqual(['Search: creditctl customers search Acme']);
});

test('a block is looked for among the blocks, although its id contains that of the customer', () => {
  const detail = 'Could not find a resource of type CreditBlock with identifier: B7.';
  const unknown = answer(404, { type: `${reference}#404-resource-not-found`, detail });
  const path = '/customers/external_customer_id/7/credits/ledger_entry';
  const list = 'List the blocks: creditctl blocks list 7 --all-blocks';
  expect(errorOf(unknown, { path }).facts.next).toEqual([list]);
});

test('a customer whose id begins like an option is searched for behind --', () => {
  const unknown = answer(404, { type: `${reference}#404-resource-not-found`, detail: 'no -acme' });
  const next = ['Search: creditctl customers search -- -acme'];
  expect(errorOf(unknown, { path: '/customers/-acme' }).facts.next).toEqual(next);
});

test('the request id of the answer is kept', () =>
  expect(errorOf(answer(500, '', { 'x-request-id': 'r' })).facts.requestId).toBe('r'));

const conflict = (detail: string, status = 409, title = ''): boolean =>
  isInFlight({ status, title, detail, validationErrors: [] });

test.each([
  'A request with this idempotency key is still in flight.',
  'The first request is still running',
  'Another request with this key is in progress.',
  'The request is being processed',
  'A concurrent write to the ledger happened. Please retry.',
  'try again',
])('409 "%s" is in flight', (text) => {
  expect(conflict(text)).toBe(true);
  expect(conflict('', 409, text)).toBe(true);
});

test.each([
  'The idempotency key was used for another request.',
  'This key was already used with another request; retry with a new key',
  'The payload differs from that of the request in progress',
  'Idempotency mismatch, do not retry',
  'The key was sent with another body, try again',
  'Conflict',
  '',
])('409 "%s" is not in flight', (text) => expect(conflict(text)).toBe(false));

test('only a 409 can be in flight', () => expect(conflict('in flight', 400)).toBe(false));

test.each([
  [302, false],
  [399, false],
  [400, true],
  [409, false],
  [499, true],
  [500, false],
])('an answer %i in the form of a refusal proves that nothing was applied: %s', (status, proves) => {
  const type = '400-request-validation-errors';
  expect(provesNotApplied({ status, type, validationErrors: [] })).toBe(proves);
});
