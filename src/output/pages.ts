// A stream in pages: what a table has to hold back to measure its columns.
import type { Rows } from './view.ts';

/** The items in arrays of `size`, the last one shorter; none if there are no items. */
export async function* pages<Item>(items: Rows<Item>, size: number): AsyncGenerator<Item[]> {
  let page: Item[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
