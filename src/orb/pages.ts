// Follows a list from page to page and hands out its records one by one.
import { CreditctlError } from '../errors.ts';
import { pageOf, pageSizeMax } from '../requests/ledger-query.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { Fields } from './decode/fields.ts';
import type { Decode, Decoded } from './decode/records.ts';
import { PageWatch } from './page-watch.ts';

export interface ListOptions {
  /** How many records at most; all of them where not said. */
  readonly limit?: number;
  /** Where to begin, from an earlier list's `onMore`. */
  readonly cursor?: string;
  /** Told at the end if the list goes on: the cursor of what follows. */
  readonly onMore?: (cursor: string) => void;
}

/** One page: its records, and the cursor of the next (contract: PaginationMetadata). */
export interface Page<Record> {
  readonly rows: readonly Decoded<Record>[];
  readonly next: string | null;
}

export function decodePage<Record>(document: Json, decode: Decode<Record>): Page<Record> {
  const fields = new Fields(document, '');
  const rows = fields.list('data', decode);
  const metadata = fields.nested('pagination_metadata');
  const next = metadata.nullable('next_cursor', metadata.string);
  const hasMore = metadata.boolean('has_more');
  if (hasMore && next === null) throw moreWithoutCursor();
  return { rows, next: hasMore ? next : null };
}

/**
 * Reads page after page, never one more than the limit needs, and hands out each record once. Throws a `server` error
 * if the pages do not advance.
 */
export async function* records<Record>(
  fetchPage: (request: ApiRequest) => Promise<Page<Record>>,
  request: ApiRequest,
  { limit = Number.POSITIVE_INFINITY, cursor: start, onMore }: ListOptions,
): AsyncGenerator<Decoded<Record>, void, undefined> {
  const watch = new PageWatch(start);
  let cursor = start;
  let left = limit;
  while (left > 0) {
    const page: Page<Record> = await fetchPage(pageOf(request, Math.min(left, pageSizeMax), cursor));
    // A server may grant more than was asked; the limit is still the limit.
    const rows = watch.fresh(page.rows).slice(0, left);
    yield* rows;
    left -= rows.length;
    if (page.next === null) return;
    watch.advance(page.next);
    cursor = page.next;
  }
  if (cursor !== undefined) onMore?.(cursor);
}

function moreWithoutCursor(): CreditctlError {
  return new CreditctlError(
    'server',
    'The API says that a list goes on, but not where: the list is incomplete',
  );
}
