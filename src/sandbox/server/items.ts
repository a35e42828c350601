// Answers the routes of items, which usage is priced for.
import { formatInstant } from '../../credits/exact.ts';
import { itemById, newestItems, type StoredItem } from '../store/prices.ts';
import { jsonAnswer, notFound } from './answers.ts';
import type { RouteHandler } from './route.ts';

/** GET /items, newest first. Model: only items with a price of usage are listed, not the item of credits. */
export const listItems: RouteHandler = ({ database }, { query }) => {
  const page = query.page('items', 'by ordinal');
  query.finish();
  return page.answer(
    newestItems(database, page.after.ordinal, page.limit),
    (shown) => shown.map(itemDocument),
    ({ ordinal }) => [ordinal],
  );
};

/** GET /items/{item_id} */
export const showItem: RouteHandler = ({ database }, { params, query }) => {
  query.finish();
  const id = params.item_id ?? '';
  const item = itemById(database, id);
  if (item === undefined) throw notFound('Item', id);
  return jsonAnswer(200, itemDocument(item));
};

/** Contract: Item. An item's name is its id here. */
function itemDocument({ id, createdAt }: StoredItem) {
  return {
    metadata: {},
    id,
    name: id,
    created_at: formatInstant(createdAt),
    external_connections: [],
    archived_at: null,
  };
}
