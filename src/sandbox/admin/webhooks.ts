// Adds, removes and lists webhook addresses for an operator, and shows their deliveries.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { deliveryLog, type LoggedDelivery, waitingByAddress } from '../store/outbox.ts';
import { addWebhookAddress, removeWebhookAddress, webhookAddresses } from '../store/webhooks.ts';
import type { LedgerClock } from './clock.ts';

export interface ListedAddress {
  readonly url: string;
  /** Real time. */
  readonly createdAt: Instant;
  /** The number of events that are not delivered to the address yet. */
  readonly waiting: number;
}

export interface WebhookSettings {
  /** Adds an address and returns its new secret, which is never shown again; `undefined` if the address exists. */
  readonly add: (url: string) => string | undefined;
  readonly list: () => readonly ListedAddress[];
  /** Removes an address and its waiting deliveries; false if there is no such address. */
  readonly remove: (url: string) => boolean;
  /** The newest deliveries, newest first. */
  readonly log: (most: number) => readonly LoggedDelivery[];
}

export function webhookSettings(database: Database, { clock, randomBytes }: WebhookContext): WebhookSettings {
  return {
    add: (url) => {
      const secret = Buffer.from(randomBytes(32)).toString('hex');
      return addWebhookAddress(database, { url, secret, createdAt: clock.real() }) ? secret : undefined;
    },
    list: () => {
      const waiting = waitingByAddress(database);
      return webhookAddresses(database).map(({ ordinal, url, createdAt }) => ({
        url,
        createdAt,
        waiting: waiting.get(ordinal) ?? 0,
      }));
    },
    remove: (url) => removeWebhookAddress(database, url, clock.real()),
    log: (most) => deliveryLog(database, most),
  };
}

export interface WebhookContext {
  readonly clock: LedgerClock;
  /** Cryptographically random, for secrets. */
  readonly randomBytes: (length: number) => Uint8Array;
}
