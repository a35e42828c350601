// Makes and checks the signatures of webhooks, over the timestamp and the exact bytes of the body, as Orb's own clients do.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const timestampHeader = 'x-orb-timestamp';
export const signatureHeader = 'x-orb-signature';

/** The largest difference between the timestamp and now, in seconds, in either direction. */
export const toleranceSeconds = 5 * 60;

/** The text of `X-Orb-Timestamp`: UTC without a zone, as Orb writes it. @param at milliseconds since the epoch */
export const webhookTimestamp = (at: number): string => new Date(at).toISOString().slice(0, -1);

/** The text of `X-Orb-Signature`. @param timestamp the text of its header */
export function signWebhook(body: Uint8Array, timestamp: string, secret: string): string {
  return `v1=${digestOf(body, timestamp, secret).toString('hex')}`;
}

function digestOf(body: Uint8Array, timestamp: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`v1:${timestamp}:`).update(body).digest();
}

export interface SignedWebhook {
  readonly body: Uint8Array;
  readonly timestamp: string;
  /** One or several signatures separated by spaces; only `v1` signatures count. */
  readonly signature: string;
}

export interface WebhookCheck {
  /** One of the signatures was made with the secret over this timestamp and body. */
  readonly matches: boolean;
  /** The age of the timestamp, in whole seconds; negative if it is in the future, `null` if it is no time. */
  readonly ageSeconds: number | null;
  /** Within the tolerance. */
  readonly isTimely: boolean;
}

/** @param now milliseconds since the epoch */
export function checkWebhook(
  { body, timestamp, signature }: SignedWebhook,
  secret: string,
  now: number,
): WebhookCheck {
  const expected = digestOf(body, timestamp, secret);
  const matches = signature.split(' ').some((each) => {
    const [version, hex = ''] = each.split('=');
    return (
      version === 'v1' && /^[0-9a-f]{64}$/.test(hex) && timingSafeEqual(Buffer.from(hex, 'hex'), expected)
    );
  });
  const at = secondsOf(timestamp);
  const ageSeconds = at === null ? null : Math.floor(now / 1000) - at;
  return { matches, ageSeconds, isTimely: ageSeconds !== null && Math.abs(ageSeconds) <= toleranceSeconds };
}

function secondsOf(timestamp: string): number | null {
  const hasZone = timestamp.includes('Z') || timestamp.includes('+');
  const at = Date.parse(hasZone ? timestamp : `${timestamp}Z`);
  return Number.isNaN(at) ? null : Math.floor(at / 1000);
}
