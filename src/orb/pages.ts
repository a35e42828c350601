// Follows a list from page to page, and hands out its records or its documents one by one.
import { CreditctlError, usageErrorAt } from '../errors.ts';
import { pageOf, pageSizeMax } from '../requests/ledger-query.ts';
import { type ApiRequest, targetText } from '../requests/request.ts';
import { isJsonObject, type Json, TransportFailure } from '../wire/json.ts';
import { Fields } from './decode/fields.ts';
import type { Decode, Decoded } from './decode/records.ts';

export interface ListOptions {
  /** How many records at most; default: all. */
  readonly limit?: number;
  /** Where to begin, from an earlier list's `onMore`. */
  readonly cursor?: string;
  /** For a long list of which all is wanted: so many records a page, and the next page is fetched while one is read. */
  readonly pageSize?: number;
  /** Called at the end if the list goes on, with the cursor of what follows. */
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
 * if the pages do not advance, or if records beyond the limit would be lost between two lists.
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
    // A server may grant more than was asked; the limit is still the limit.
    const fresh = watch.fresh(page.rows);
    const rows = fresh.slice(0, left);
    left -= rows.length;
    const goesOn = pageSize !== undefined && page.next !== null && page.next !== cursor && left > 0;
    ahead = goesOn ? pageFrom(page.next, left) : undefined;
    // A failure is thrown when it is that page's turn, and not at all if it is not read so far.
    ahead?.catch(() => {});
    yield* rows;
    if (onMore !== undefined && rows.length < fresh.length) throw moreThanAsked();
    if (page.next === null) return;
    watch.advance(page.next);
    cursor = page.next;
  }
  if (cursor !== undefined) onMore?.(cursor);
}

/**
 * The largest page of a ledger is 1000 by the contract, and 100 by the documents (Orb docs: pagination). And an answer may be
 * longer than this program takes.
 */
const mayBeTooLarge = (error: unknown): boolean =>
  error instanceof CreditctlError &&
  (error.kind === 'rejected' ||
    (error.facts.cause instanceof TransportFailure && error.facts.cause.isLasting));

/** Its cursor, if there is one, leads on from the last record of the page, so those that were cut off would never be read. */
function moreThanAsked(): CreditctlError {
  return new CreditctlError(
    'server',
    'The API sent more records than were asked for, and no cursor leads to those beyond the limit: the list is incomplete',
  );
}

function moreWithoutCursor(): CreditctlError {
  return new CreditctlError(
    'server',
    'The API says that a list goes on, but not where: the list is incomplete',
  );
}

/**
 * The documents of all pages as they came; a page is fetched when the one before has been read. The first request is
 * sent unchanged, because only a list accepts a `limit`. Throws a `usage` error if the first answer is not a page, and a
 * `server` error if a later one is not or the cursors do not advance.
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

/** A list of this API holds objects; each is handed on as it is. */
const untouched: Decode<undefined> = (value, path = '') => ({
  record: undefined,
  document: new Fields(value, path).object,
});

const isPage = (document: Json): boolean =>
  isJsonObject(document) && Array.isArray(document.data) && isJsonObject(document.pagination_metadata);

const noPage = (request: ApiRequest): Error =>
  usageErrorAt(
    '--paginate',
    `is only for lists, and ${request.method} ${targetText(request)} answers with one document. Leave it out`,
  );

/** Pages in a row that may bring nothing new: a filter can leave some empty; a broken cursor repeats them for ever. */
const barrenMax = 20;

/** What repeats in a list that grows comes soon after it came first, so not every id of a long list is kept. */
const idsKept = 5_000;

/** Hands out nothing twice, and ends a list whose pages do not advance. */
class PageWatch {
  readonly #cursors = new Set<string>();
  #ids = new Set<string>();
  #earlierIds = new Set<string>();
  #barren = 0;

  /** @param start the cursor that the list begins at, if it has one */
  constructor(start: string | undefined) {
    if (start !== undefined) this.#cursors.add(start);
  }

  /** The rows that none of the last pages brought; a list that grows while it is read may repeat some. Rows without an id stay. */
  fresh<Row extends { readonly document: Json }>(rows: readonly Row[]): readonly Row[] {
    const fresh = rows.filter(({ document }) =>
      this.#isNew(isJsonObject(document) ? document.id : undefined),
    );
    this.#barren = fresh.length > 0 ? 0 : this.#barren + 1;
    return fresh;
  }

  /** Throws a `server` error if the pages do not advance to a cursor. */
  advance(cursor: string): void {
    if (this.#cursors.has(cursor)) throw cameTwice(cursor);
    this.#cursors.add(cursor);
    if (this.#barren >= barrenMax) throw bringsNothing();
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

function cameTwice(cursor: string): CreditctlError {
  const shown = cursor.length > 40 ? `${cursor.slice(0, 40)}…` : cursor;
  return new CreditctlError(
    'server',
    `The API's pages do not advance: the cursor "${shown}" came twice; the list is incomplete`,
  );
}

function bringsNothing(): CreditctlError {
  return new CreditctlError(
    'server',
    `The API's pages do not advance: ${barrenMax} in a row brought nothing new; the list is incomplete`,
  );
}
