// Defines the view of `sandbox prices`: what an event of each name costs, one row per name.
import { formatInstant } from '../../credits/exact.ts';
import { numberColumn, plainColumn, type Row, viewOf } from '../../output/view.ts';
import { instantColumn } from '../../views/column-kinds.ts';
import { jsonNumber } from '../../wire/json.ts';

export interface PriceRecord {
  readonly event: string;
  /** Credits for one unit, an exact decimal. */
  readonly credits: string;
  readonly currency: string;
  /** The event's property that holds the number of units; `null` if each event is one unit. */
  readonly property: string | null;
  readonly item: string;
  /** Id of the price, as entries have it. */
  readonly price: string;
  /** RFC 3339, by the ledger's clock. */
  readonly created_at: string;
}

interface ListedPrice extends Omit<PriceRecord, 'item' | 'price' | 'created_at'> {
  readonly id: string;
  readonly itemId: string;
  readonly createdAt: number;
}

export function priceRows(prices: readonly ListedPrice[]): readonly Row<PriceRecord>[] {
  return prices.map(({ id, event, itemId, credits, property, currency, createdAt }) => {
    const shared = { currency, property, item: itemId, price: id, created_at: formatInstant(createdAt) };
    return {
      record: { event, credits, ...shared },
      document: { event, credits: jsonNumber(credits), ...shared },
    };
  });
}

export const pricesView = viewOf<PriceRecord>({
  columns: [
    plainColumn('event'),
    { ...numberColumn('credits'), header: 'costs' },
    { ...plainColumn('currency', 1), header: 'unit' },
    { name: 'property', header: 'for each', hideRank: 1, text: ({ property }) => property ?? 'event' },
    plainColumn('item', 2),
    plainColumn('price', 4),
    instantColumn({ name: 'created_at', header: 'set', hideRank: 3 }, (price) => price.created_at),
  ],
  usual: ['event', 'credits', 'currency', 'property', 'item'],
  none: 'No event has a price. Set one: creditctl sandbox prices add api_call --credits 0.5',
});
