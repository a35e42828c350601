// The routes of items: what usage is priced for.
import { formatInstant } from '../../credits/exact.ts';
import type { JsonObject, WireAnswer } from '../../wire/json.ts';
import { itemById, newestItems, type StoredItem } from '../store/prices.ts';
import { QueryReader, writeCursor } from './query.ts';
import { firstPage, jsonAnswer, notFound, type RoutedRequest, type ServerContext } from './route.ts';

const cursorKind = 'items';

/** GET /items, newest first. Model: the items are those that usage was priced for; the item of credits is not among them. */
export function listItems({ database }: ServerContext, { query }: RoutedRequest): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(100);
  const [before] = reader.cursor(cursorKind, 1) ?? [];
  reader.finish();
  const found = newestItems(database, before ?? null, limit + 1);
  return firstPage(found, {
    limit,
    documents: (page) => page.map(itemDocument),
    cursor: (last) => writeCursor(cursorKind, last.ordinal),
  });
}

/** GET /items/{item_id} */
export function showItem({ database }: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  const id = params.item_id ?? '';
  const item = itemById(database, id);
  if (item === undefined) throw notFound('Item', id);
  return jsonAnswer(200, itemDocument(item));
}

/** Contract: Item. An item's name is its id here. */
function itemDocument({ id, createdAt }: StoredItem): JsonObject {
  return {
    metadata: {},
    id,
    name: id,
    created_at: formatInstant(createdAt),
    external_connections: [],
    archived_at: null,
  };
}
