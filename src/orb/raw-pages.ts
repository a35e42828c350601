// Follows any list of the API from page to page and hands out its documents as they came.
import { usageError } from '../errors.ts';
import { pageSizeMax } from '../requests/ledger-query.ts';
import { type ApiRequest, targetText } from '../requests/request.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import { Fields } from './decode/fields.ts';
import type { Decode } from './decode/records.ts';
import { PageWatch } from './page-watch.ts';
import { decodePage } from './pages.ts';

/**
 * The documents of all pages, each page asked for when the one before has been read. The first request goes as it is,
 * because what is no list refuses a `limit`; further pages are as large as it says, else as every list grants. Throws a `usage` error if the first answer is no page, a `server` error
 * if a later one is none or the cursors do not advance.
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
  usageError([
    {
      where: '--paginate',
      problem: `reads pages, and ${request.method} ${targetText(request)} is answered with one document; leave it out`,
    },
  ]);
