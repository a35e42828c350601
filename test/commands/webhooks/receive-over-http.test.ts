// The receiver over HTTP: what is taken, what is refused with which status, and what is counted.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { bodySizeMax, receiveOverHttp } from '../../../src/commands/webhooks/receive-over-http.ts';
import { type Arrival, Receiver, type ReceiverPorts } from '../../../src/commands/webhooks/receiver.ts';
import type { JsonObject } from '../../../src/wire/json.ts';
import { signWebhook, webhookTimestamp } from '../../../src/wire/webhook-signature.ts';

const secret = 'whsec_of_a_test';
const now = Date.parse('2026-11-27T12:00:00Z');

async function listening(ports: Partial<ReceiverPorts> = {}) {
  const printed: JsonObject[] = [];
  const print = async (event: JsonObject): Promise<void> => void printed.push(event);
  const receiver = new Receiver({ secret, now: () => now, forward: undefined, print, ...ports });
  const { url, close } = await receiveOverHttp(receiver, 0);
  onTestFinished(close);
  return { url, receiver, printed, counts: () => Object.fromEntries(receiver.counts) };
}

const eventOf = (id: string) =>
  JSON.stringify({ id, type: 'customer.credit_balance_dropped', properties: {} });

interface Changes {
  readonly at?: number;
  readonly secret?: string;
  readonly send?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts a signed event; `send` is a body that differs from what was signed. */
function post(
  url: string,
  text: string,
  { at = now, secret: own = secret, send = text, headers }: Changes = {},
) {
  const timestamp = webhookTimestamp(at);
  const signature = signWebhook(Buffer.from(text), timestamp, own);
  const signed = { 'X-Orb-Timestamp': timestamp, 'X-Orb-Signature': signature };
  return fetch(url, { method: 'POST', body: send, headers: headers ?? signed }).then(({ status }) => status);
}

test('an event is printed once, and one that comes again is answered 200', async () => {
  const { url, printed, counts } = await listening();
  expect(await post(url, eventOf('e1'))).toBe(200);
  expect(await post(url, eventOf('e2'))).toBe(200);
  expect(await post(url, eventOf('e1'), { at: now + 1000 })).toBe(200);
  expect(printed.map(({ id }) => id)).toEqual(['e1', 'e2']);
  expect(counts()).toEqual({ printed: 2, replayed: 1 });
});

test('digits of an event stay as they came', async () => {
  const { url, printed } = await listening();
  await post(url, '{"id":"e","type":"t","properties":{"n":1.10000000000000000001}}');
  expect(String((printed[0]?.properties as { readonly n: unknown }).n)).toBe('1.10000000000000000001');
});

test.each<[string, string, Changes, number, string]>([
  ['another secret', eventOf('e'), { secret: 'other' }, 401, 'wrong_signature'],
  ['altered bytes', eventOf('e'), { send: `${eventOf('e')} ` }, 401, 'wrong_signature'],
  ['six minutes old', eventOf('e'), { at: now - 360_000 }, 401, 'wrong_time'],
  ['six minutes early', eventOf('e'), { at: now + 360_000 }, 401, 'wrong_time'],
  ['no headers', eventOf('e'), { headers: {} }, 400, 'missing_header'],
  ['no JSON', 'hello', {}, 400, 'not_an_event'],
  ['no id', '{"type":"t"}', {}, 400, 'not_an_event'],
  ['a list', '[1]', {}, 400, 'not_an_event'],
])('%s is refused and not printed', async (_what, text, changes, status, outcome) => {
  const { url, printed, counts } = await listening();
  expect(await post(url, text, changes)).toBe(status);
  expect(printed).toEqual([]);
  expect(counts()).toEqual({ [outcome]: 1 });
});

test('a request may name the whole URL, as HTTP asks servers to take it', async () => {
  const { url, counts } = await listening();
  const { port } = new URL(url);
  const asking = request({ host: '127.0.0.1', port, path: `${url}?a=b` }).end();
  const [{ statusCode }] = (await once(asking, 'response')) as [{ statusCode: number }];
  expect(statusCode).toBe(405);
  expect(counts()).toEqual({ wrong_method: 1 });
});

test('another path and another method are refused', async () => {
  const { url, counts } = await listening();
  expect(await post(url.replace('/webhooks', '/'), eventOf('e'))).toBe(404);
  expect(await post(`${url}/x`, eventOf('e'))).toBe(404);
  const got = await fetch(url);
  expect({ status: got.status, allow: got.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
  expect(counts()).toEqual({ wrong_path: 2, wrong_method: 1 });
});

test('a body of the largest size is read, and a larger one is refused before all of it has come', async () => {
  const { url, counts } = await listening();
  const frame = eventOf('e').length - 1;
  const largest = `{${' '.repeat(bodySizeMax - frame - 1)}${eventOf('e').slice(1)}`;
  expect(Buffer.byteLength(largest)).toBe(bodySizeMax);
  expect(await post(url, largest)).toBe(200);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const endless = request(url, { method: 'POST', headers: { 'content-length': 10 * bodySizeMax } });
    endless.on('response', (response) => {
      resolve(response.statusCode);
      endless.destroy();
    });
    endless.on('error', reject);
    endless.write(Buffer.alloc(bodySizeMax + 1));
  });
  expect(status).toBe(413);
  expect(counts()).toEqual({ printed: 1, too_large: 1 });
});

test('an event that could not be forwarded is not printed, and is taken when it comes again', async () => {
  const forwarded: Arrival[] = [];
  let isUp = false;
  const forward = async (arrival: Arrival): Promise<boolean> => {
    forwarded.push(arrival);
    return isUp;
  };
  const { url, printed, counts } = await listening({ forward });
  expect(await post(url, eventOf('e'))).toBe(502);
  isUp = true;
  expect(await post(url, eventOf('e'))).toBe(200);
  expect(await post(url, eventOf('e'))).toBe(200);
  expect(forwarded).toHaveLength(2);
  expect(Buffer.from(forwarded[1]?.body ?? []).toString()).toBe(eventOf('e'));
  expect(printed).toHaveLength(1);
  expect(counts()).toEqual({ forward_failed: 1, printed: 1, replayed: 1 });
});

test('an event is answered once it is printed, and its twin of the same moment is printed no second time', async () => {
  const printing: (() => void)[] = [];
  const print = () => new Promise<void>((resolve) => printing.push(resolve));
  const { url, counts } = await listening({ print });
  let answered = 0;
  const both = [1, 2].map(() => post(url, eventOf('e')).finally(() => (answered += 1)));
  while (printing.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answered).toBe(0);
  printing[0]?.();
  expect(await Promise.all(both)).toEqual([200, 200]);
  expect(printing).toHaveLength(1);
  expect(counts()).toEqual({ printed: 1, replayed: 1 });
});

test('of three that come at once and the first of which fails, one is printed', async () => {
  const forwards: ((isTaken: boolean) => void)[] = [];
  const forward = () => new Promise<boolean>((resolve) => forwards.push(resolve));
  const { url, printed, counts } = await listening({ forward });
  const all = [1, 2, 3].map(() => post(url, eventOf('e')));
  while (forwards.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(forwards).toHaveLength(1);
  forwards[0]?.(false);
  while (forwards.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(forwards).toHaveLength(2);
  forwards[1]?.(true);
  expect((await Promise.all(all)).sort()).toEqual([200, 200, 502]);
  expect(printed).toHaveLength(1);
  expect(counts()).toEqual({ forward_failed: 1, printed: 1, replayed: 1 });
});

test('an event that cannot be printed is not taken', async () => {
  const { url, counts } = await listening({ print: () => Promise.reject(new Error('closed')) });
  expect(await post(url, eventOf('e'))).toBe(503);
  expect(counts()).toEqual({ print_failed: 1 });
});

test('a request that does not arrive in time is cut off', async () => {
  const receiver = new Receiver({ secret, now: () => now, forward: undefined, print: async () => {} });
  const { url, close } = await receiveOverHttp(receiver, 0, 50);
  onTestFinished(close);
  const slow = connect(Number(new URL(url).port), '127.0.0.1');
  slow.write('POST /webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na');
  const answer = await new Promise<string>((resolve) => slow.once('data', (data) => resolve(String(data))));
  expect(answer).toMatch(/^HTTP\/1.1 408/);
});
