import { afterEach, expect, test } from 'vitest';
import { CreditctlError, usageErrorAt } from '../../src/errors.ts';
import { connectHttp } from '../../src/orb/http-exchange.ts';
import { retryPolicy } from '../../src/orb/retry.ts';
import { type SendContext, type Sending, sender } from '../../src/orb/send.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import { type Exchange, jsonNumber, TransportFailure, writeJson } from '../../src/wire/json.ts';
import { type ApiServer, apiServer, deadHost, type PlannedReply } from '../support/api-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const read: ApiRequest = { method: 'GET', path: '/ping', query: [['limit', '1']] };
const removal: ApiRequest = { method: 'DELETE', path: '/credit_blocks/b1' };
const write: ApiRequest = { method: 'POST', path: '/entry', body: { amount: jsonNumber('0.10') } };

interface Story {
  readonly server: ApiServer;
  readonly pauses: readonly number[];
  readonly retries: readonly string[];
  /** What came of it: the answer or the error. */
  readonly end: unknown;
}

/** Sends one request to a server with these plans, under a clock that only pauses move. */
async function story(
  plan: readonly PlannedReply[],
  request: ApiRequest = write,
  more: Partial<SendContext> & { readonly key?: string | undefined } = { key: 'k-1' },
): Promise<Story> {
  const server = await apiServer(plan);
  closers.push(server.close);
  const { exchange } = connectHttp({
    baseUrl: server.baseUrl,
    apiKey: 'k',
    userAgent: 'u',
    answerTimeout: 300,
  });
  return { server, ...(await sent(exchange, request, more)) };
}

async function sent(
  exchange: Exchange,
  request: ApiRequest,
  {
    key,
    sending,
    ...more
  }: Partial<SendContext> & { readonly key?: string | undefined; readonly sending?: Sending },
): Promise<Omit<Story, 'server'>> {
  let now = Date.UTC(2026, 10, 23, 12);
  const pauses: number[] = [];
  const retries: string[] = [];
  const send = sender(exchange, {
    now: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      pauses.push(ms);
      now += ms;
    },
    onRetry: (why, pause) => retries.push(`${why} (${pause})`),
    ...more,
  });
  const end: unknown = await send(request, key, sending).catch((error: unknown) => error);
  return { pauses, retries, end };
}

const policy = { pauseBase: 100, pauseMax: 100, retryAfterMax: 100, budget: 60, attemptsMax: 9 };
const ok: PlannedReply = { status: 201, headers: { 'x-request-id': 'r-9' }, body: '{"amount":0.10}' };
const problem = (status: number, detail = 'no'): PlannedReply => ({
  status,
  json: { type: `https://docs.withorb.com/reference/error-responses#${status}`, status, detail },
});
const inFlight = problem(409, 'A request with this key is still in flight.');

test('a success brings its document with every digit, its status and its request id', async () => {
  const { end, pauses } = await story([{ request: 'POST /v1/entry', ...ok }]);
  expect(end).toMatchObject({ status: 201, requestId: 'r-9', replayed: false });
  expect(writeJson((end as { document: Parameters<typeof writeJson>[0] }).document)).toBe('{"amount":0.10}');
  expect(pauses).toEqual([]);
});

test('a replay is known by its header', async () => {
  const { end } = await story([{ ...ok, headers: { 'Idempotent-Replayed': 'true' } }]);
  expect(end).toMatchObject({ replayed: true });
});

test('an empty 204 is a success without a document', async () => {
  const { end } = await story([{ status: 204 }], { method: 'DELETE', path: '/x' });
  expect(end).toMatchObject({ status: 204, document: null });
});

test.each<[string, PlannedReply, string]>([
  ['408', problem(408), 'the API answered 408'],
  ['429', problem(429), 'the API answered 429'],
  ['500', problem(500), 'the API answered 500'],
  ['502 in HTML', { status: 502, body: '<html>' }, 'the API answered 502'],
  ['503', problem(503), 'the API answered 503'],
  ['409 in flight', inFlight, 'an earlier write is still in flight'],
  ['a cut before reading', { does: 'cut-before' }, 'cut the connection'],
  ['a cut after reading', { does: 'cut-after' }, 'cut the connection'],
  ['half a body', { does: 'half', json: { text: 'x'.repeat(50) } }, 'cut '],
  ['silence', { does: 'hang' }, 'did not answer in time'],
  ['an empty success', { status: 201, body: '' }, 'an empty body instead of JSON'],
  ['a success that is not whole', { status: 201, body: '{"id":' }, 'a body that is not whole JSON'],
])('after %s the same bytes leave again under the same key', async (_what, failure, why) => {
  const { server, end, retries, pauses } = await story([failure, failure, ok]);
  expect(end).toMatchObject({ status: 201 });
  expect(pauses).toEqual([250, 500]);
  expect(retries[0]).toContain(why);
  expect(server.arrived.map(({ headers }) => headers['idempotency-key'])).toEqual(['k-1', 'k-1', 'k-1']);
  const [, second, third] = server.arrived;
  expect([second?.url, third?.body]).toEqual(['/v1/entry', '{"amount":0.10}']);
});

test('a refused connection is tried six times, and nothing happened', async () => {
  const { exchange } = connectHttp({ baseUrl: `http://${await deadHost()}`, apiKey: 'k', userAgent: 'u' });
  const { end, pauses, retries } = await sent(exchange, write, { key: 'k-1' });
  expect(retries).toHaveLength(5);
  expect(end).toMatchObject({
    kind: 'network',
    message: expect.stringMatching(/^127\.0\.0\.1:\d+ refused the connection \(\d+ attempts\)$/),
    facts: { applied: 'no', mayPass: true },
  });
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000]);
});

test('a row of a batch is tried until its minute is over, and its message does not count the attempts', async () => {
  const { exchange } = connectHttp({ baseUrl: `http://${await deadHost()}`, apiKey: 'k', userAgent: 'u' });
  const { end, pauses } = await sent(exchange, write, { key: 'k-1', sending: { isOneOfMany: true } });
  const message = expect.stringMatching(/^127\.0\.0\.1:\d+ refused the connection$/);
  expect(end).toMatchObject({ kind: 'network', message, facts: { applied: 'no', mayPass: true } });
  const waited = pauses.reduce((sum, pause) => sum + pause, 0);
  expect(waited).toBeGreaterThan(retryPolicy.budget - retryPolicy.pauseMax);
  expect(waited).toBeLessThanOrEqual(retryPolicy.budget);
});

test.each([
  ['3', 3000],
  ['Mon, 23 Nov 2026 12:00:07 GMT', 7000],
  ['86400', 30_000],
])('Retry-After %s is waited for', async (value, pause) => {
  const { pauses, end } = await story([
    { ...problem(429), headers: { 'retry-after': value, date: 'Mon, 23 Nov 2026 12:00:00 GMT' } },
    ok,
  ]);
  expect(pauses).toEqual([pause]);
  expect(end).toMatchObject({ status: 201 });
});

test.each([
  [400, 'rejected'],
  [401, 'credentials'],
  [403, 'credentials'],
  [404, 'not-found'],
  [413, 'rejected'],
  [422, 'rejected'],
])('%i is final: not applied, and the same again would be refused again', async (status, kind) => {
  const { end, pauses } = await story([problem(status)]);
  expect(end).toMatchObject({ kind, facts: { applied: 'no', mayPass: false, status } });
  expect(pauses).toEqual([]);
});

test.each([
  ['only a type and a status', ''],
  ['that the key was used for another write', 'The idempotency key was used for another request.'],
  ['something else', 'Conflict'],
])('a 409 that says %s is in doubt and never tried again', async (_what, detail) => {
  const { end, pauses } = await story([problem(409, detail)]);
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown', retrySafe: true } });
  expect(pauses).toEqual([]);
  expect((await story([problem(409, detail)], read)).end).toMatchObject({ kind: 'rejected' });
});

const form = 'https://docs.withorb.com/reference/error-responses';
const html = { 'content-type': 'text/html' };

test.each<[string, PlannedReply]>([
  ...[
    300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 407, 411, 413, 414, 421, 422, 426, 431, 451,
  ].map((status): [string, PlannedReply] => [
    `a ${status} in HTML`,
    { status, headers: html, body: '<p>no</p>' },
  ]),
  ['a 302 in the form of a refusal', problem(302)],
  ['an empty 403', { status: 403 }],
  ['a 401 with a code of another', { status: 401, json: { code: 'unauthorized' } }],
  ['a 403 that calls itself 400', { ...problem(400), status: 403 }],
  ['a 400 without a type', { status: 400, json: { status: 400, title: 'Bad request', detail: 'no' } }],
  ['a 400 of another host', { status: 400, json: { type: 'about:blank', status: 400 } }],
  ['a 400 whose type is only a part of it', { status: 400, json: { type: '400-constraint-violation' } }],
  ['a 403 with the type of a 400', { status: 403, json: { type: `${form}#400-constraint-violation` } }],
  [
    'a 400 that calls itself 200',
    { status: 400, json: { type: `${form}#400-constraint-violation`, status: 200 } },
  ],
  ['a 400 that says it is HTML', { ...problem(400), headers: html }],
  ['a 400 in a list', { status: 400, json: [problem(400).json] }],
])('%s is no proof that a write was not applied, and is not tried again', async (_what, refusal) => {
  for (const request of [write, { ...write, method: 'PUT' as const }, removal]) {
    const { end, pauses } = await story([refusal], request);
    expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown', retrySafe: true } });
    expect(pauses).toEqual([]);
  }
  expect((await story([refusal], read)).end).toMatchObject({ facts: { applied: 'no' } });
});

test.each([408, 429])('a %i in HTML is tried again, and in doubt at the end', async (status) => {
  const page = { status, headers: html, body: '<p>slow down</p>' };
  const { end, pauses } = await story([page, page], write, { key: 'k', policy });
  expect(pauses).toEqual([50]);
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown', status } });
});

test.each<[string, number, object, string]>([
  ['as a problem document', 400, { type: `${form}#400-constraint-violation` }, 'rejected'],
  [
    'of an unavailable feature as the contract has it',
    400,
    { type: `${form}#404-feature-not-available`, status: 400 },
    'rejected',
  ],
  [
    'of an unavailable feature as the documents have it',
    404,
    { type: `${form}#404-feature-not-available`, status: 404 },
    'rejected',
  ],
  [
    'of a key in the old form',
    401,
    { code: 'authorization_header_invalid', description: 'no' },
    'credentials',
  ],
])('a refusal %s is proof', async (_what, status, json, kind) => {
  const headers = { 'content-type': 'application/problem+json; charset=utf-8' };
  const { end } = await story([{ status, headers, json }]);
  expect(end).toMatchObject({ kind, facts: { applied: 'no', mayPass: false } });
});

test('a redirect is not followed', async () => {
  const other = await apiServer([]);
  closers.push(other.close);
  const redirect = { status: 308, headers: { location: `${other.baseUrl}/entry` } };
  const { end } = await story([redirect], read);
  expect(end).toMatchObject({ kind: 'server', facts: { applied: 'no', status: 308 } });
  expect((await story([redirect])).end).toMatchObject({
    facts: { next: [expect.stringContaining('again'), 'creditctl config show'] },
  });
});

test('a web page in place of a success is not tried again; of a write the outcome is unknown', async () => {
  const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Log in' };
  const forWrite = await story([page]);
  expect(forWrite.pauses).toEqual([]);
  expect(forWrite.end).toMatchObject({
    kind: 'outcome-unknown',
    message:
      'The API answered 200 with a web page (HTML) instead of JSON; whether the write was applied is not known',
    facts: { applied: 'unknown', retrySafe: true },
  });
  const forRead = await story([page], read);
  expect(forRead.end).toMatchObject({ kind: 'server', facts: { applied: 'no', mayPass: true } });
});

test.each<[string, PlannedReply, string, string]>([
  ['429', problem(429), 'rate-limited', 'rate-limited'],
  ['408', problem(408), 'network', 'network'],
  ['500', problem(500), 'outcome-unknown', 'server'],
  ['a cut', { does: 'cut-after' }, 'outcome-unknown', 'network'],
  ['half a body', { does: 'half', json: { text: 'x'.repeat(50) } }, 'outcome-unknown', 'network'],
  ['an empty success', { status: 200, body: '' }, 'outcome-unknown', 'server'],
  ['409 in flight', inFlight, 'outcome-unknown', 'rejected'],
])('when the budget is spent on %s a write is %s and a read %s', async (_what, failure, ofWrite, ofRead) => {
  const written = await story([failure, failure], write, { key: 'k', policy });
  expect(written.pauses).toEqual([50]);
  const applied = ofWrite === 'outcome-unknown' ? 'unknown' : 'no';
  const later = applied === 'unknown' ? { retrySafe: true } : { mayPass: true };
  expect(written.end).toMatchObject({ kind: ofWrite, facts: { applied, ...later } });
  expect((written.end as Error).message).toContain('(2 attempts)');
  const wasRead = await story([failure, failure], read, { policy });
  expect(wasRead.end).toMatchObject({ kind: ofRead, facts: { applied: 'no', mayPass: true } });
});

test('one attempt that may have happened makes the end unknown, also if the last one certainly did not', async () => {
  const { end } = await story([problem(500), problem(429)], write, { key: 'k', policy });
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown', status: 429 } });
});

test('a key that is refused after an attempt that may have happened leaves the outcome unknown', async () => {
  const { end } = await story([{ does: 'cut-after' }, problem(401)], write, { key: 'k' });
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown', status: 401 } });
});

test('a request that is refused after a cut was not carried out: its key would have brought the answer back', async () => {
  const { end } = await story([{ does: 'cut-after' }, problem(400)], write, { key: 'k' });
  expect(end).toMatchObject({ kind: 'rejected', facts: { applied: 'no', mayPass: false } });
});

test('what is asked before each attempt ends the sending by what it throws', async () => {
  const lost = new Error('the lease is lost');
  const asked: string[] = [];
  const beforeAttempt = () => {
    asked.push('before');
    if (asked.length > 2) throw lost;
  };
  const sending = { beforeAttempt, onRetry: () => asked.push('setback') };
  const exchange: Exchange = async () => ({ status: 503, headers: {}, body: '' });
  expect((await sent(exchange, write, { key: 'k', sending })).end).toBe(lost);
  expect(asked).toEqual(['before', 'setback', 'before']);
});

test('a write without a key is never sent twice', async () => {
  const { end, pauses } = await story([problem(503)], write, {});
  expect(pauses).toEqual([]);
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown' } });
});

test('a read is tried again without a key', async () => {
  const { server, end } = await story([problem(500), { request: 'GET /v1/ping?limit=1', json: 1 }], read, {});
  expect(end).toMatchObject({ status: 200 });
  expect(server.arrived[1]?.headers).not.toHaveProperty('idempotency-key');
});

const interrupted = new CreditctlError('interrupted', 'Interrupted');

test('an abort ends a write that is under way: its outcome is not known', async () => {
  const abort = new AbortController();
  const arrives = () => abort.abort(interrupted);
  const { end } = await story([{ does: 'hang', arrives }], write, { key: 'k', signal: abort.signal });
  expect(end).toMatchObject({
    kind: 'interrupted',
    message: 'Interrupted; whether the write was applied is not known',
    facts: {
      applied: 'unknown',
      retrySafe: true,
      next: ['Run the same command again within 12 hours: it settles this write under its key'],
    },
  });
});

test('an abort ends a read: nothing was applied', async () => {
  const abort = new AbortController();
  const arrives = () => abort.abort(interrupted);
  const { end } = await story([{ does: 'hang', arrives }], read, { signal: abort.signal });
  expect(end).toMatchObject({ kind: 'interrupted', facts: { applied: 'no' } });
});

test.each<[string, PlannedReply, string]>([
  ['a server error', problem(500), 'unknown'],
  ['a cut', { does: 'cut-after' }, 'unknown'],
  ['a rate limit', problem(429), 'no'],
])('an abort in the pause after %s says what is known: %s', async (_what, failure, applied) => {
  const { end } = await story([failure], write, { key: 'k', sleep: () => Promise.reject(interrupted) });
  expect(end).toMatchObject({ kind: 'interrupted', facts: { applied, retrySafe: true } });
});

const late = new CreditctlError('network', 'Gave up after 3 s');

test.each<[string, PlannedReply, string]>([
  ['a server error', problem(500), 'Gave up after 3 s: the API answered 500; whether the write was applied'],
  ['a rate limit', problem(429), 'Gave up after 3 s: the API answered 429'],
])('a limit of time that passes in the pause after %s says what it was spent on', async (_what, failure, said) => {
  const { end } = await story([failure], write, { key: 'k', sleep: () => Promise.reject(late) });
  expect(end).toMatchObject({ message: expect.stringContaining(said) });
});

test('a limit of time that passes in the first attempt names no other reason', async () => {
  const abort = new AbortController();
  const arrives = () => abort.abort(late);
  const { end } = await story([{ does: 'hang', arrives }], read, { signal: abort.signal });
  expect(end).toMatchObject({ kind: 'network', message: 'Gave up after 3 s' });
});

test('an unforeseen error goes through as it is', async () => {
  const defect = new TypeError('x');
  const { end } = await sent(async () => Promise.reject(defect), write, { key: 'k' });
  expect(end).toBe(defect);
});

test.each([
  { before: [], applied: 'no' },
  { before: [new TransportFailure('cut', 'maybe')], applied: 'unknown' },
])('a fault that took everything back is passed on as it is, unless an attempt before it is in doubt: $applied', async ({
  before,
  applied,
}) => {
  const fault = new CreditctlError('failure', 'There is no room left', { applied: 'no' });
  const failures: Error[] = [...before, fault];
  const { end } = await sent(async () => Promise.reject(failures.shift()), write, { key: 'k', policy });
  expect(end).toMatchObject({ kind: 'failure', facts: { applied } });
});

test.each([
  ['no', 'network'],
  ['maybe', 'outcome-unknown'],
] as const)('a failure that lasts and may have happened: %s is not tried again, and says what to do', async (may, kind) => {
  const failure = new TransportFailure('api has a certificate that expired', may, {
    isPermanent: true,
    next: ['Check the clock'],
  });
  let attempts = 0;
  const exchange: Exchange = async () => {
    attempts += 1;
    throw failure;
  };
  const { end } = await sent(exchange, write, { key: 'k', policy });
  expect(end).toMatchObject({
    kind,
    facts: { next: expect.arrayContaining(['Check the clock']) },
  });
  expect(attempts).toBe(1);
});

test('a failure that did not happen is passed on with its cause', async () => {
  const failure = new TransportFailure('api refused the connection', 'no');
  const { end } = await sent(async () => Promise.reject(failure), write, { key: 'k', policy });
  expect((end as Error).cause).toBe(failure);
});

test('a cut that may have happened is not forgotten when the next connection is refused', async () => {
  const failures = [new TransportFailure('cut', 'maybe'), new TransportFailure('refused', 'no')];
  const exchange: Exchange = async () => Promise.reject(failures.shift());
  const { end } = await sent(exchange, write, { key: 'k', policy });
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown', retrySafe: true } });
});

test.each<[string, PlannedReply]>([
  ['a 404 that does not come from the API', { status: 404, body: '<html>gone</html>' }],
  ['a 405 of a proxy', { status: 405, body: '' }],
  ['a 409 that is not in flight', problem(409)],
  ['a key that is not accepted', problem(401)],
])('%s after an attempt that may have happened leaves the outcome unknown', async (_what, refusal) => {
  const { end } = await story([{ does: 'cut-after' }, refusal], write, { key: 'k' });
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown', retrySafe: true } });
});

test('only reads take the wire of reads', async () => {
  const left: string[] = [];
  const wire = (name: string) => async () => {
    left.push(name);
    return { status: 200, headers: {}, body: '{}' };
  };
  await sent(wire('any'), write, { key: 'k', reads: wire('reads') });
  await sent(wire('any'), removal, { reads: wire('reads') });
  await sent(wire('any'), read, { reads: wire('reads') });
  expect(left).toEqual(['any', 'any', 'reads']);
});

test('a request that is found wrong never leaves, and says nothing of an earlier attempt', async () => {
  const check = (): never => {
    throw usageErrorAt('The request', 'is wrong');
  };
  const around = { now: () => 0, random: () => 0, sleep: async () => {}, check };
  const send = sender(() => Promise.reject(new Error('it left')), around);
  await expect(send(write, 'k')).rejects.toMatchObject({ kind: 'usage', facts: { applied: 'no' } });
  const inDoubt = send(write, 'k', { inDoubt: true });
  await expect(inDoubt).rejects.toMatchObject({ kind: 'usage', facts: { applied: 'unknown' } });
});

test('an attempt that certainly failed says nothing of an earlier one in doubt', async () => {
  const { exchange } = connectHttp({ baseUrl: `http://${await deadHost()}`, apiKey: 'k', userAgent: 'u' });
  const around = { now: () => 0, random: () => 0, sleep: async () => {} };
  const inDoubt = sender(exchange, around)(write, 'k', { inDoubt: true });
  await expect(inDoubt).rejects.toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown' } });
});

const gone: PlannedReply = {
  status: 404,
  headers: { 'x-request-id': 'r-4' },
  json: {
    type: 'https://docs.withorb.com/reference/error-responses#404-resource-not-found',
    status: 404,
    title: 'A specified resource was not found.',
  },
};

test.each<[string, PlannedReply]>([
  ['a cut connection', { does: 'cut-after' }],
  ['a 500', problem(500)],
])('what is gone after a deletion that met %s was deleted', async (_what, failure) => {
  const { end } = await story([failure, gone], removal);
  expect(end).toEqual({ status: 404, document: null, requestId: 'r-4', replayed: true });
});

test('what is gone before anything was deleted was never there', async () => {
  for (const before of [[], [problem(429)]]) {
    const { end } = await story([...before, gone], removal);
    expect(end).toMatchObject({ kind: 'not-found', facts: { applied: 'no' } });
  }
});

test('a deletion that an earlier run left in doubt is done where nothing is left to delete', async () => {
  const answer = { status: 404, headers: {}, body: JSON.stringify(gone.json) };
  const around = { now: () => 0, random: () => 0, sleep: async () => {} };
  const send = sender(async () => answer, around);
  expect(await send(removal, 'k', { inDoubt: true })).toMatchObject({ document: null, replayed: true });
  await expect(send(removal, 'k')).rejects.toMatchObject({ kind: 'not-found' });
});

test.each<[string, ApiRequest, PlannedReply]>([
  ['another kind of 404 to a deletion', removal, problem(404)],
  ['a 404 of a proxy to a deletion', removal, { status: 404, body: '<html>' }],
  ['a refusal of a PUT, which has no key', { method: 'PUT', path: '/x' }, problem(400)],
  ['what a PUT does not find', { method: 'PUT', path: '/x' }, gone],
])('after an attempt in doubt %s proves nothing', async (_what, request, answer) => {
  const { end } = await story([{ does: 'cut-after' }, answer], request);
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown' } });
});

const typed = (type: string): PlannedReply => {
  const status = Number(type.slice(0, 3));
  return { status, json: { type: `${form}#${type}`, status, title: 'x' } };
};

test.each([
  '404-url-not-found',
  '404-feature-not-available',
  '413-request-too-large',
])('a %s is said before the key is looked at: it proves nothing of an attempt before it', async (type) => {
  const { end } = await story([{ does: 'cut-after' }, typed(type)]);
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown' } });
  expect((await story([typed(type)])).end).toMatchObject({ facts: { applied: 'no' } });
});

test.each([
  '413-resource-too-large',
  '413-too-many-results',
])('a %s is about the answer: the write may be done', async (type) => {
  const { end } = await story([typed(type)]);
  expect(end).toMatchObject({ kind: 'outcome-unknown', facts: { applied: 'unknown' } });
});

test.each<ApiRequest>([
  removal,
  { method: 'PUT', path: '/x' },
])('a first refusal of the API is proof of a $method, too', async (request) => {
  const { end } = await story([problem(404)], request);
  expect(end).toMatchObject({ kind: 'not-found', facts: { applied: 'no', mayPass: false } });
});
