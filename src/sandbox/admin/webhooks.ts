// Adds, removes and lists webhook addresses for an operator, and shows their deliveries.
import type { Database } from '../../database/driver.ts';
import { deliveryLog, waitingByAddress } from '../store/outbox.ts';
import { addWebhookAddress, removeWebhookAddress, webhookAddresses } from '../store/webhooks.ts';
import type { LedgerClock } from './clock.ts';

export function webhookSettings(database: Database, { clock, randomBytes }: WebhookContext) {
  return {
    /** Adds an address and returns its new secret, which is never shown again; `undefined` if the address exists. */
    add: (url: string): string | undefined => {
      const secret = Buffer.from(randomBytes(32)).toString('hex');
      return addWebhookAddress(database, { url, secret, createdAt: clock.real() }) ? secret : undefined;
    },
    list: () => {
      const waiting = waitingByAddress(database);
      return webhookAddresses(database).map(({ ordinal, url, createdAt }) => ({
        url,
        /** Real time. */
        createdAt,
        /** The number of events that are not delivered to the address yet. */
        waiting: waiting.get(ordinal) ?? 0,
      }));
    },
    /** Removes an address and its waiting deliveries; false if there is no such address. */
    remove: (url: string): boolean => removeWebhookAddress(database, url, clock.real()),
    /** The newest deliveries, newest first. */
    log: (most: number) => deliveryLog(database, most),
  };
}

export interface WebhookContext {
  readonly clock: LedgerClock;
  /** Cryptographically random, for secrets. */
  readonly randomBytes: (length: number) => Uint8Array;
}
