import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { decodePage, type ListOptions, type Page, records } from '../../src/orb/pages.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import { numberText, parseJson, TransportFailure } from '../../src/wire/json.ts';

const request: ApiRequest = { method: 'GET', path: '/x', query: [['currency', 'c']] };
const page = (from: number, count: number, next: string | null): Page<number> => ({
  rows: Array.from({ length: count }, (_, index) => ({ record: from + index, document: {} })),
  next,
});

/** Reads a list from planned pages; what was asked is kept, and the cursor of what follows. */
async function list(pages: readonly Page<number>[], options: ListOptions = {}) {
  const asked: string[] = [];
  const read: number[] = [];
  const more: string[] = [];
  const fetch = async ({ query = [] }: ApiRequest): Promise<Page<number>> => {
    asked.push(query.map((pair) => pair.join('=')).join('&'));
    const next = pages[asked.length - 1];
    if (next === undefined) throw new Error('a page that was not planned');
    return next;
  };
  let error: unknown;
  try {
    const onMore = (cursor: string) => more.push(cursor);
    for await (const { record } of records(fetch, request, { ...options, onMore })) read.push(record);
  } catch (thrown) {
    error = thrown;
  }
  return { asked, read, more, error };
}

test('pages follow each other by their cursors', async () => {
  expect(await list([page(1, 2, 'a'), page(3, 2, 'b'), page(5, 1, null)])).toEqual({
    asked: ['currency=c&limit=100', 'currency=c&limit=100&cursor=a', 'currency=c&limit=100&cursor=b'],
    read: [1, 2, 3, 4, 5],
    more: [],
    error: undefined,
  });
});

test('a limit goes across pages, and no more is asked for than it needs', async () => {
  const { asked, read, more } = await list([page(1, 100, 'a'), page(101, 30, 'b')], { limit: 130 });
  expect(asked).toEqual(['currency=c&limit=100', 'currency=c&limit=30&cursor=a']);
  expect(read).toHaveLength(130);
  expect(more).toEqual(['b']);
});

test('a limit that ends with the list has nothing more', async () => {
  const { read, more } = await list([page(1, 3, null)], { limit: 3 });
  expect([read, more]).toEqual([[1, 2, 3], []]);
});

test('a server that gives more than was asked for does not lift the limit', async () => {
  const { read, asked, more } = await list([page(1, 50, null)], { limit: 3 });
  expect(read).toEqual([1, 2, 3]);
  expect(asked).toHaveLength(1);
  expect(more).toEqual([]);
});

test.each([
  'a',
  null,
])('records beyond the limit, to which no cursor leads, are not lost unsaid: %s', async (next) => {
  const { read, error, more } = await list([page(1, 4, next)], { limit: 3 });
  expect(read).toEqual([1, 2, 3]);
  expect(more).toEqual([]);
  expect(error).toMatchObject({ kind: 'server', message: expect.stringContaining('more records') });
});

test('a list goes on from a cursor', async () => {
  const { asked } = await list([page(1, 1, null)], { cursor: 'x', limit: 5 });
  expect(asked).toEqual(['currency=c&limit=5&cursor=x']);
});

test('empty pages that say there is more are passed over', async () => {
  const { read, error } = await list([page(0, 0, 'a'), page(0, 0, 'b'), page(1, 1, null)]);
  expect([read, error]).toEqual([[1], undefined]);
});

/** Rows that have ids, as everything that the API lists has. */
const named = (ids: readonly string[], next: string | null): Page<number> => ({
  rows: ids.map((id) => ({ record: Number(id), document: { id } })),
  next,
});

test('a record that comes again, on the same page or a later one, is handed out once', async () => {
  const pages = [named(['1', '2', '2'], 'a'), named(['2', '3'], 'b'), named(['1', '4'], null)];
  expect(await list(pages)).toMatchObject({ read: [1, 2, 3, 4], error: undefined });
});

test('a limit counts each record once', async () => {
  const { read, asked } = await list([named(['1', '2'], 'a'), named(['2', '3'], 'b')], { limit: 3 });
  expect(read).toEqual([1, 2, 3]);
  expect(asked[1]).toBe('currency=c&limit=1&cursor=a');
});

test.each([
  ['the same record', (at: number) => named(['1'], `c${at}`)],
  ['nothing', (at: number) => named([], `c${at}`)],
])('pages with ever new cursors that bring %s end with an error of the server', async (_what, pageAt) => {
  const pages = Array.from({ length: 100 }, (_, at) => (at === 0 ? named(['1'], 'c0') : pageAt(at)));
  const { read, error, asked } = await list(pages);
  expect(read).toEqual([1]);
  expect(error).toMatchObject({ kind: 'server', message: expect.stringContaining('brought nothing new') });
  expect(asked).toHaveLength(21);
});

test.each([
  ['stands still', [page(1, 1, 'a'), page(2, 1, 'a')], {}, 'a'],
  ['stands where the list began', [page(1, 1, 'x')], { cursor: 'x' }, 'x'],
  ['goes in a circle', [page(1, 1, 'a'), page(2, 1, 'b'), page(3, 1, 'a')], {}, 'a'],
])('a cursor that %s is an error of the server, thrown after the records', async (_what, pages, options, cursor) => {
  const { read, error } = await list(pages, options);
  expect(read).toHaveLength(pages.length);
  expect(error).toMatchObject({
    kind: 'server',
    message: `The API's pages do not advance: the cursor "${cursor}" came twice; the list is incomplete`,
  });
});

test('whatever sizes the pages have, every record up to the limit comes once and in order', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 400 }), async (counts, limit) => {
      let first = 0;
      const pages = counts.map((count, index) => {
        const made = page(first, count, index === counts.length - 1 ? null : `c${index}`);
        first += count;
        return made;
      });
      const { read } = await list(pages, { limit });
      expect(read).toEqual(Array.from({ length: Math.min(first, limit) }, (_, index) => index));
    }),
  );
});

const decodeNumber = (value: unknown) => ({ record: numberText(value), document: {} });
const decoded = (text: string) => decodePage(parseJson(text), decodeNumber);

test('a page is its records and the cursor of the next', () => {
  expect(decoded('{"data":[1,2.50],"pagination_metadata":{"has_more":true,"next_cursor":"n"}}')).toEqual({
    rows: [
      { record: '1', document: {} },
      { record: '2.50', document: {} },
    ],
    next: 'n',
  });
});

test('a cursor counts only where there is more', () =>
  expect(decoded('{"data":[],"pagination_metadata":{"has_more":false,"next_cursor":"n"}}').next).toBeNull());

test.each([
  ['[]', 'the answer is an array instead of an object'],
  ['{}', 'data is missing instead of an array'],
  ['{"data":{}}', 'data is an object instead of an array'],
  ['{"data":[]}', 'pagination_metadata is missing instead of an object'],
  [
    '{"data":[],"pagination_metadata":{"has_more":true}}',
    'pagination_metadata.next_cursor is missing instead of a string',
  ],
  [
    '{"data":[],"pagination_metadata":{"has_more":true,"next_cursor":5}}',
    'pagination_metadata.next_cursor is the number 5 instead of a string',
  ],
  [
    '{"data":[],"pagination_metadata":{"next_cursor":null}}',
    'pagination_metadata.has_more is missing instead of true or false',
  ],
])('%s is no page: %s', (text, why) =>
  expect(() => decoded(text)).toThrow(`The API's answer is not valid: ${why}`));

test('a list that goes on without a cursor is an error, not a shorter list', async () => {
  const document = { data: [], pagination_metadata: { has_more: true, next_cursor: null } };
  expect(() => decodePage(document, (value) => ({ record: value, document: {} }))).toThrow(
    'but not where: the list is incomplete',
  );
});

const lasting = new TransportFailure('more than 16 MiB', 'maybe', { isPermanent: true });
const passing = new TransportFailure('no answer', 'no');

test.each([
  ['refuses them', new CreditctlError('rejected', 'the limit is too large')],
  ['makes them too long', new CreditctlError('network', 'the limit is too large', { cause: lasting })],
])('an API that %s is asked for small pages', async (_what, failure) => {
  const asked: string[] = [];
  const grantingUpTo = (most: number) => async (sent: ApiRequest) => {
    const query = new Map(sent.query);
    asked.push(`${query.get('limit')} from ${query.get('cursor')}`);
    if (Number(query.get('limit')) > most) throw failure;
    return query.has('cursor') ? page(2, 2, null) : page(0, 2, 'n');
  };
  const read: number[] = [];
  for await (const { record } of records(grantingUpTo(100), request, { pageSize: 1000 })) read.push(record);
  expect(read).toEqual([0, 1, 2, 3]);
  expect(asked).toEqual(['1000 from undefined', '100 from undefined', '100 from n']);
  // Another refusal stays one.
  asked.length = 0;
  const refused = records(grantingUpTo(0), request, { pageSize: 1000 }).next();
  await expect(refused).rejects.toThrow('the limit is too large');
  expect(asked).toEqual(['1000 from undefined', '100 from undefined']);
});

test.each([
  ['a key that is refused', new CreditctlError('credentials', 'no')],
  ['a network that fails', new CreditctlError('network', 'no', { cause: passing })],
])('no small page is asked for after %s', async (_what, failure) => {
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    throw failure;
  };
  await expect(records(fetch, request, { pageSize: 1000 }).next()).rejects.toBe(failure);
  expect(asked).toBe(1);
});

test('of a whole list, pages are large, and the next is asked for while one is read', async () => {
  const asked: string[] = [];
  const fetchPage = async ({ query }: ApiRequest): Promise<Page<number>> => {
    const cursor = query?.find(([name]) => name === 'cursor')?.[1] ?? '0';
    asked.push(`${query?.find(([name]) => name === 'limit')?.[1]} from ${cursor}`);
    if (cursor === '4') throw new Error('gone');
    return page(Number(cursor), 2, String(Number(cursor) + 2));
  };
  const read: number[] = [];
  const all = async (): Promise<void> => {
    for await (const { record } of records(fetchPage, request, { pageSize: 1000 })) {
      if (record === 0) expect(asked).toEqual(['1000 from 0', '1000 from 2']);
      read.push(record);
    }
  };
  // A failure waits for its turn: what was read before it is handed out.
  await expect(all()).rejects.toThrow('gone');
  expect(read).toEqual([0, 1, 2, 3]);
  asked.length = 0;
  for await (const _ of records(fetchPage, request, { pageSize: 1000, limit: 2 }));
  expect(asked).toEqual(['2 from 0']);
});
