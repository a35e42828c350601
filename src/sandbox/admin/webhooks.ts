// Where the embedded ledger's webhooks go, as an operator adds, removes and follows them.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { deliveryLog, type LoggedDelivery, waitingByAddress } from '../store/outbox.ts';
import { addWebhookAddress, removeWebhookAddress, webhookAddresses } from '../store/webhooks.ts';
import type { LedgerClock } from './clock.ts';

export interface ListedAddress {
  readonly url: string;
  /** Real time. */
  readonly createdAt: Instant;
  /** Events that were not delivered to it yet. */
  readonly waiting: number;
}

export interface WebhookSettings {
  /** Adds an address and answers its new secret, which is not shown again; `undefined` where it is there already. */
  readonly add: (url: string) => string | undefined;
  readonly list: () => readonly ListedAddress[];
  /** Removes an address, with what waits for it; false where it is not there. */
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
