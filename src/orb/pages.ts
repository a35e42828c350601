// Follows a list from page to page, and yields its records or its documents one by one.
import { CreditctlError, usageErrorAt } from '../errors.ts';
import { pageOf, pageSizeMax } from '../requests/ledger-query.ts';
import { type ApiRequest, targetText } from '../requests/request.ts';
import { isJsonObject, type Json, TransportFailure } from '../wire/json.ts';
import { Fields } from './decode/fields.ts';
import { type Decode, type Decoded, decoder } from './decode/records.ts';

export interface ListOptions {
  /** The most records; default: all. */
  readonly limit?: number;
  /** Where the list starts, from an earlier list's `onMore`. */
  readonly cursor?: string;
  /** Records per page, for reading all of a long list; the next page is fetched while one is read. */
  readonly pageSize?: number;
  /** Called at the end if the list continues, with the cursor of the next record. */
  readonly onMore?: (cursor: string) => void;
}

/** One page: its records, and the cursor of the next page (contract: PaginationMetadata). */
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
  if (hasMore && next === null) throw incomplete('The API says that a list goes on, but not where:');
  return { rows, next: hasMore ? next : null };
}

/**
 * Reads page after page, never one more than the limit needs, and yields each record once. Throws a `server` error if
 * the pages do not advance, or if records beyond the limit would be lost between two lists.
 */
export async function* records<Record>(
  fetchPage: (request: ApiRequest) => Promise<Page<Record>>,
  request: ApiRequest,
  { limit = Number.POSITIVE_INFINITY, cursor: start, pageSize, onMore }: ListOptions,
): AsyncGenerator<Decoded<Record>, void, undefined> {
  const watch = new PageWatch(start);
  let size = pageSize ?? pageSizeMax;
  const pageFrom = async (cursor: string | undefined, left: number): Promise<Page<Record>> => {
    try {
      return await fetchPage(pageOf(request, Math.min(left, size), cursor));
    } catch (error) {
      if (size <= pageSizeMax || !mayBeTooLarge(error)) throw error;
      size = pageSizeMax;
      return pageFrom(cursor, left);
    }
  };
  let cursor = start;
  let left = limit;
  let ahead: Promise<Page<Record>> | undefined;
  while (left > 0) {
    const page = await (ahead ?? pageFrom(cursor, left));
    // A server may return more records than the limit of the request.
    const fresh = watch.fresh(page.rows);
    const rows = fresh.slice(0, left);
    left -= rows.length;
    const goesOn = pageSize !== undefined && page.next !== null && page.next !== cursor && left > 0;
    ahead = goesOn ? pageFrom(page.next, left) : undefined;
    // A failed prefetch throws when its page is awaited, and never if the caller stops before that page.
    ahead?.catch(() => {});
    yield* rows;
    if (onMore !== undefined && rows.length < fresh.length)
      // The cursor continues after the last record of the page, so records cut off by the limit would never be read.
      throw incomplete(
        'The API sent more records than were asked for, and no cursor leads to those beyond the limit:',
      );
    if (page.next === null) return;
    watch.advance(page.next);
    cursor = page.next;
  }
  if (cursor !== undefined) onMore?.(cursor);
}

/**
 * Whether a smaller page can help. The largest page of a ledger is 1000 by the contract, and 100 by the documents (Orb
 * docs: pagination). A page may also exceed `answerMax`.
 */
const mayBeTooLarge = (error: unknown): boolean =>
  error instanceof CreditctlError &&
  (error.kind === 'rejected' ||
    (error.facts.cause instanceof TransportFailure && error.facts.cause.isPermanent));

const incomplete = (why: string): CreditctlError =>
  new CreditctlError('server', `${why} the list is incomplete`);

/**
 * The documents of all pages, unchanged; each page is fetched when the page before has been read. The first request is
 * sent unchanged, because only a list accepts a `limit`. Throws a `usage` error if the first answer is not a page, and a
 * `server` error if a later answer is not a page or the cursors do not advance.
 */
export async function* rawPages(
  fetch: (request: ApiRequest) => Promise<Json>,
  request: ApiRequest,
): AsyncGenerator<Json, void, undefined> {
  const said = request.query ?? [];
  const hasLimit = said.some(([name]) => name === 'limit');
  const size = hasLimit ? [] : [['limit', String(pageSizeMax)] as const];
  const watch = new PageWatch(said.find(([name]) => name === 'cursor')?.[1]);
  let query = said;
  for (;;) {
    const document = await fetch({ ...request, query });
    if (query === said && !isPage(document)) throw noPage(request);
    const { rows, next } = decodePage(document, untouched);
    for (const { document: each } of watch.fresh(rows)) yield each;
    if (next === null) return;
    watch.advance(next);
    query = [...said.filter(([name]) => name !== 'cursor'), ...size, ['cursor', next]];
  }
}

/** Requires an object, as every list of this API holds, and decodes nothing. */
const untouched = decoder(() => undefined);

const isPage = (document: Json): boolean =>
  isJsonObject(document) && Array.isArray(document.data) && isJsonObject(document.pagination_metadata);

const noPage = (request: ApiRequest): Error =>
  usageErrorAt(
    '--paginate',
    `is only for lists, and ${request.method} ${targetText(request)} answers with one document. Leave it out`,
  );

/** Pages in a row without a new record: a filter can leave some empty, and a broken cursor repeats them endlessly. */
const barrenMax = 20;

/** A growing list repeats a record soon after its first appearance, so only the newest ids are kept. */
const idsKept = 5_000;

/** Drops repeated records, and ends a list whose pages do not advance. */
class PageWatch {
  readonly #cursors = new Set<string>();
  #ids = new Set<string>();
  #earlierIds = new Set<string>();
  #barren = 0;

  /** @param start the cursor of the first request, if it has one */
  constructor(start: string | undefined) {
    if (start !== undefined) this.#cursors.add(start);
  }

  /** The rows that no recent page held; a list that grows while it is read may repeat some. Rows without an id stay. */
  fresh<Row extends { readonly document: Json }>(rows: readonly Row[]): readonly Row[] {
    const fresh = rows.filter(({ document }) =>
      this.#isNew(isJsonObject(document) ? document.id : undefined),
    );
    this.#barren = fresh.length > 0 ? 0 : this.#barren + 1;
    return fresh;
  }

  /** Throws a `server` error if the pages do not advance to a cursor. */
  advance(cursor: string): void {
    if (this.#cursors.has(cursor)) {
      const shown = cursor.length > 40 ? `${cursor.slice(0, 40)}…` : cursor;
      throw incomplete(`${standstill} the cursor "${shown}" came twice;`);
    }
    this.#cursors.add(cursor);
    if (this.#barren >= barrenMax)
      throw incomplete(`${standstill} ${barrenMax} in a row brought nothing new;`);
  }

  #isNew(id: Json | undefined): boolean {
    if (typeof id !== 'string') return true;
    if (this.#ids.has(id) || this.#earlierIds.has(id)) return false;
    if (this.#ids.size >= idsKept) {
      this.#earlierIds = this.#ids;
      this.#ids = new Set();
    }
    this.#ids.add(id);
    return true;
  }
}

const standstill = "The API's pages do not advance:";
