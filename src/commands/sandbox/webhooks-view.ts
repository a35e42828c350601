// Defines the views of `sandbox webhooks`: an address with its secret, the list of addresses, and the log of deliveries.
import { formatInstant } from '../../credits/exact.ts';
import { numberColumn, plainColumn, type Row, rowOf, type View, viewOf } from '../../output/view.ts';
import { instantColumn } from '../../views/column-kinds.ts';

export interface NewAddress {
  readonly url: string;
  /** Value of `ORB_WEBHOOK_SECRET` for the receivers. */
  readonly secret: string;
}

export const newAddressRow = rowOf<NewAddress>;

export const newAddressView = viewOf<NewAddress>({
  columns: [plainColumn('url', 1), plainColumn('secret')],
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
  return addresses.map(({ url, createdAt, waiting }) =>
    rowOf({ url, created_at: formatInstant(createdAt), waiting }),
  );
}

export const webhooksView = viewOf<AddressRecord>({
  columns: [
    plainColumn('url'),
    instantColumn({ name: 'created_at', header: 'added', hideRank: 2 }, (address) => address.created_at),
    numberColumn('waiting', 1),
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
    return rowOf({ ...place, state, attempts, answer });
  });
}

export const webhookLogView: View<DeliveryRecord> = {
  columns: [
    plainColumn('event', 4),
    instantColumn({ name: 'created_at', header: 'created', hideRank: 3 }, (delivery) => delivery.created_at),
    plainColumn('type'),
    plainColumn('customer', 1),
    plainColumn('url', 5),
    plainColumn('state'),
    { ...numberColumn('attempts', 2), header: 'tries' },
    plainColumn('answer', 1),
  ],
  usual: ['event', 'created_at', 'type', 'customer', 'state', 'attempts', 'answer'],
  fields: ['event', 'type', 'customer', 'created_at', 'url', 'state', 'attempts', 'answer'],
  none: 'No event was sent yet. Events are made from the moment an address is added.',
};
