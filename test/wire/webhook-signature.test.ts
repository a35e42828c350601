// Signatures of webhooks, held against the official client both ways.
import Orb from 'orb-billing';
import { expect, test } from 'vitest';
import { checkWebhook, signWebhook, webhookTimestamp } from '../../src/wire/webhook-signature.ts';

const secret = 'whsec_of_a_test';
const orb = new Orb({ apiKey: 'k', webhookSecret: secret });
const text = '{"id":"e1","type":"customer.credit_balance_dropped","name":"Zoë 🦉"}';
const body = Buffer.from(text);
const now = Date.parse('2026-11-27T12:00:00.500Z');
const timestamp = webhookTimestamp(now);
const signature = signWebhook(body, timestamp, secret);

/** Whether the official client takes it. It reads the real clock, so it is asked about real time. */
function takenBySdk(payload: string, headers: Readonly<Record<string, string>>): boolean {
  try {
    orb.webhooks.unwrap(payload, headers);
    return true;
  } catch {
    return false;
  }
}

test('the official client takes what is signed, and nothing that was altered', () => {
  const at = webhookTimestamp(Date.now());
  const headers = { 'X-Orb-Timestamp': at, 'X-Orb-Signature': signWebhook(body, at, secret) };
  expect(takenBySdk(text, headers)).toBe(true);
  expect(takenBySdk(`${text} `, headers)).toBe(false);
  expect(takenBySdk(text, { ...headers, 'X-Orb-Signature': signWebhook(body, at, 'other') })).toBe(false);
});

test.each([
  ['as it is', {}, true],
  ['one byte more', { body: Buffer.from(`${text}\n`) }, false],
  ['another timestamp', { timestamp: webhookTimestamp(now + 1) }, false],
  ['no signature', { signature: '' }, false],
  ['another version', { signature: signature.replace('v1=', 'v2=') }, false],
  ['a short signature', { signature: signature.slice(0, -2) }, false],
  ['beside an old one', { signature: `v1=${'0'.repeat(64)} v0=x ${signature}` }, true],
])('a signature matches or not: %s', (_how, change, matches) => {
  const arrived = { body, timestamp, signature, ...change };
  expect(checkWebhook(arrived, secret, now).matches).toBe(matches);
});

test.each([
  [0, true],
  [300, true],
  [301, false],
  [-300, true],
  [-301, false],
])('a webhook of %i seconds ago is timely: %s', (seconds, isTimely) => {
  const check = checkWebhook({ body, timestamp, signature }, secret, now + seconds * 1000);
  expect(check).toEqual({ matches: true, ageSeconds: seconds, isTimely });
});

test.each([
  ['2026-11-27T12:00:00Z', 0],
  ['2026-11-27T12:00:00', 0],
  ['2026-11-27T14:00:00+02:00', 0],
  ['2026-11-27T07:00:00-05:00', null],
  ['soon', null],
  ['', null],
])('the timestamp %j is read as the official client reads it', (given, ageSeconds) => {
  expect(checkWebhook({ body, timestamp: given, signature }, secret, now).ageSeconds).toBe(ageSeconds);
  // The client says of a time that it is too old or too new, and of anything else that it is invalid.
  const headers = { 'X-Orb-Timestamp': given, 'X-Orb-Signature': signWebhook(body, given, secret) };
  const fault = (): unknown => {
    try {
      return orb.webhooks.unwrap(text, headers);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(/Invalid timestamp|Could not find/.test(String(fault()))).toBe(ageSeconds === null);
});
