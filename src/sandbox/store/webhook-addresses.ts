// The addresses that webhooks go to, each with the secret that signs them.
import type { Instant } from '../../credits/exact.ts';
import { type Database, integer, text } from '../../database/driver.ts';

export interface WebhookAddress {
  readonly ordinal: number;
  readonly url: string;
  readonly secret: string;
  readonly createdAt: Instant;
}

/** In the order in which they were added. */
export function webhookAddresses(database: Database): readonly WebhookAddress[] {
  return database
    .prepare('SELECT * FROM webhook_addresses ORDER BY ordinal')
    .all()
    .map((row) => ({
      ordinal: integer(row, 'ordinal'),
      url: text(row, 'url'),
      secret: text(row, 'secret'),
      createdAt: integer(row, 'created_at'),
    }));
}

/** Adds an address. Answers false, and changes nothing, where it is there already. */
export function addWebhookAddress(database: Database, address: Omit<WebhookAddress, 'ordinal'>): boolean {
  const { url, secret, createdAt } = address;
  return database.write(() => {
    if (webhookAddresses(database).some((each) => each.url === url)) return false;
    database
      .prepare('INSERT INTO webhook_addresses (url, secret, created_at) VALUES (?, ?, ?)')
      .run(url, secret, createdAt);
    return true;
  });
}

/** Removes an address and everything still to be sent to it. Answers false where it is not there. */
export function removeWebhookAddress(database: Database, url: string, now: Instant): boolean {
  return database.write(() => {
    const address = webhookAddresses(database).find((each) => each.url === url);
    if (address === undefined) return false;
    database
      .prepare(
        `UPDATE webhook_deliveries SET state = 'removed', ended_at = ? WHERE address = ? AND state = 'waiting'`,
      )
      .run(now, address.ordinal);
    database.prepare('DELETE FROM webhook_addresses WHERE ordinal = ?').run(address.ordinal);
    return true;
  });
}

/** Whether there is an address to send to: events are only kept if there is one. */
export function isAnyAddress(database: Database): boolean {
  return database.prepare('SELECT 1 FROM webhook_addresses LIMIT 1').get() !== undefined;
}
