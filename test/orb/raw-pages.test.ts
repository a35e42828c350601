import { expect, test } from 'vitest';
import { rawPages } from '../../src/orb/pages.ts';
import { type ApiRequest, targetText } from '../../src/requests/request.ts';
import { type Json, parseJson, writeJson } from '../../src/wire/json.ts';

function pagesOf(...answers: readonly string[]) {
  const asked: string[] = [];
  const fetch = async (request: ApiRequest): Promise<Json> => {
    asked.push(targetText(request));
    return parseJson(answers[asked.length - 1] ?? 'null');
  };
  const read = async (request: ApiRequest): Promise<string[]> => {
    const texts: string[] = [];
    for await (const document of rawPages(fetch, request)) texts.push(writeJson(document));
    return texts;
  };
  return { asked, fetch, read };
}

const page = (data: string, next: string | null): string =>
  `{"data":[${data}],"pagination_metadata":{"has_more":${next !== null},"next_cursor":${JSON.stringify(next)}}}`;
const get = (query: ApiRequest['query'] = []): ApiRequest => ({ method: 'GET', path: '/x', query });

test('documents come through digit for digit, over all pages', async () => {
  const { read, asked } = pagesOf(page('{"a":0.10},{"a":1}', 'c1'), page('{"b":123456789012345678.5}', null));
  expect(await read(get())).toEqual(['{"a":0.10}', '{"a":1}', '{"b":123456789012345678.5}']);
  expect(asked).toEqual(['/x', '/x?limit=100&cursor=c1']);
});

test('the size of a page, the beginning and every filter are those of the query', async () => {
  const { read, asked } = pagesOf(page('{}', 'c1'), page('{}', null));
  await read(
    get([
      ['limit', '3'],
      ['cursor', 'c0'],
      ['currency', 'USD'],
    ]),
  );
  expect(asked).toEqual(['/x?limit=3&cursor=c0&currency=USD', '/x?limit=3&currency=USD&cursor=c1']);
});

test('a document that comes again is handed out once, and one without an id as often as it comes', async () => {
  const { read } = pagesOf(page('{"id":"a"},{"n":1}', 'c1'), page('{"id":"a"},{"n":1},{"id":"b"}', null));
  expect(await read(get())).toEqual(['{"id":"a"}', '{"n":1}', '{"n":1}', '{"id":"b"}']);
});

test('a list that leads back to where it began ends with an error of the server', async () => {
  const { read, asked } = pagesOf(page('{}', 'c1'), page('{}', 'c0'));
  await expect(read(get([['cursor', 'c0']]))).rejects.toMatchObject({ kind: 'server' });
  expect(asked).toHaveLength(2);
});

test('a page is asked for only when the one before has been read', async () => {
  const { fetch, asked } = pagesOf(page('{}', 'c1'), page('{}', null));
  const documents = rawPages(fetch, get());
  await documents.next();
  expect(asked).toHaveLength(1);
});

test.each([
  '{"id":"x"}',
  '[]',
  'null',
  '{"data":[]}',
  '{"data":{},"pagination_metadata":{}}',
])('%s is no page, and says the way out', async (answer) => {
  await expect(pagesOf(answer).read(get())).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('GET /x answers with one document. Leave it out'),
  });
});

test('what is no page after one that was, and pages that do not advance, are faults of the server', async () => {
  await expect(pagesOf(page('{}', 'c1'), '{"id":"x"}').read(get())).rejects.toMatchObject({ kind: 'server' });
  await expect(pagesOf(page('{}', 'c1'), page('{}', 'c1')).read(get())).rejects.toMatchObject({
    kind: 'server',
    message: expect.stringContaining('the cursor "c1" came twice'),
  });
});
