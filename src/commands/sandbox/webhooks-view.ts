// Defines the views of `sandbox webhooks`: an address with its secret, the list of addresses, and the log of deliveries.
import { formatInstant } from '../../credits/exact.ts';
import { type Row, type View, viewOf } from '../../output/view.ts';
import { instantColumn } from '../../views/column-kinds.ts';

export interface NewAddress {
  readonly url: string;
  /** Value of `ORB_WEBHOOK_SECRET` for the receivers. */
  readonly secret: string;
}

export function newAddressRow(url: string, secret: string): Row<NewAddress> {
  return { record: { url, secret }, document: { url, secret } };
}

export const newAddressView = viewOf<NewAddress>({
  columns: [
    { name: 'url', hideRank: 1, text: ({ url }) => url },
    { name: 'secret', text: ({ secret }) => secret },
  ],
  none: '',
});

export interface AddressRecord {
  readonly url: string;
  /** RFC 3339, real time. */
  readonly created_at: string;
  /** Number of events that were not delivered yet. */
  readonly waiting: number;
}

export function addressRows(
  addresses: readonly { readonly url: string; readonly createdAt: number; readonly waiting: number }[],
): readonly Row<AddressRecord>[] {
  return addresses.map(({ url, createdAt, waiting }) => {
    const record = { url, created_at: formatInstant(createdAt), waiting };
    return { record, document: record };
  });
}

export const webhooksView = viewOf<AddressRecord>({
  columns: [
    { name: 'url', text: ({ url }) => url },
    instantColumn({ name: 'created_at', header: 'added', hideRank: 2 }, (address) => address.created_at),
    { name: 'waiting', align: 'right', hideRank: 1, text: ({ waiting }) => String(waiting) },
  ],
  none: 'No address receives webhooks. Add one: creditctl sandbox webhooks add http://127.0.0.1:4011/webhooks',
});

export interface DeliveryRecord {
  readonly event: string;
  readonly type: string;
  readonly customer: string;
  /** RFC 3339, by the ledger's clock. */
  readonly created_at: string;
  readonly url: string;
  /** `waiting`, `delivered`, `failed` (given up) or `removed` (with its address). */
  readonly state: string;
  readonly attempts: number;
  /** Status of the last answer, or why there was no answer. */
  readonly answer: string | null;
}

interface Logged extends Omit<DeliveryRecord, 'event' | 'created_at'> {
  readonly eventId: string;
  readonly createdAt: number;
}

export function logRows(log: readonly Logged[]): readonly Row<DeliveryRecord>[] {
  return log.map(({ eventId, type, customer, createdAt, url, state, attempts, answer }) => {
    const place = { event: eventId, type, customer, created_at: formatInstant(createdAt), url };
    const record = { ...place, state, attempts, answer };
    return { record, document: record };
  });
}

export const webhookLogView: View<DeliveryRecord> = {
  columns: [
    { name: 'event', hideRank: 4, text: ({ event }) => event },
    instantColumn({ name: 'created_at', header: 'created', hideRank: 3 }, (delivery) => delivery.created_at),
    { name: 'type', text: ({ type }) => type },
    { name: 'customer', hideRank: 1, text: ({ customer }) => customer },
    { name: 'url', hideRank: 5, text: ({ url }) => url },
    { name: 'state', text: ({ state }) => state },
    { name: 'attempts', header: 'tries', align: 'right', hideRank: 2, text: (each) => String(each.attempts) },
    { name: 'answer', hideRank: 1, text: ({ answer }) => answer ?? '' },
  ],
  usual: ['event', 'created_at', 'type', 'customer', 'state', 'attempts', 'answer'],
  fields: ['event', 'type', 'customer', 'created_at', 'url', 'state', 'attempts', 'answer'],
  none: 'No event was sent yet. Events are made from the moment an address is added.',
};
