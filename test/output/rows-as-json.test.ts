import fc from 'fast-check';
import { expect, test } from 'vitest';
import { render } from '../../src/output/render.ts';
import { longRecordAsJson, recordAsJson, rowsAsJson, rowsAsNdjson } from '../../src/output/rows-as-json.ts';
import { type Json, jsonNumber, parseJson, writeJson } from '../../src/wire/json.ts';
import { anyText, counted, grantRow, options, pieces, rendered, textOf } from './sample.ts';

const anyDocument = fc.oneof(
  fc.dictionary(anyText, fc.jsonValue()),
  fc.jsonValue(),
) as fc.Arbitrary<unknown> as fc.Arbitrary<Json>;

test('a list is one array, a document a step', async () => {
  expect(await rendered([grantRow(), grantRow({ id: 'b2' })], { format: 'json', fields: ['id'] })).toBe(
    '[\n  {\n    "id": "a1"\n  },\n  {\n    "id": "b2"\n  }\n]\n',
  );
});

test('an empty list is an empty array', async () => {
  expect(await rendered([], { format: 'json' })).toBe('[]\n');
});

test('a single record is the document itself, its numbers digit for digit', async () => {
  const document = parseJson('{"amount":0.10,"balance":123456789012345678.5}');
  const rows = [{ ...grantRow(), document }];
  expect(await rendered(rows, { format: 'json', shape: 'one' })).toBe(
    '{\n  "amount": 0.10,\n  "balance": 123456789012345678.5\n}\n',
  );
});

test('the streamed array is the array written at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyDocument, { maxLength: 5 }), async (documents) => {
      const text = await textOf(rowsAsJson(documents));
      expect(JSON.parse(text)).toEqual(JSON.parse(writeJson(documents)));
      if (documents.length > 0) expect(text).toBe(recordAsJson(documents));
    }),
  );
});

test('each line of NDJSON is its document, and raw in no output is what drives a terminal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyDocument, { maxLength: 5 }), async (documents) => {
      const text = await textOf(rowsAsNdjson(documents));
      const lines = text.split('\n').slice(0, -1);
      expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(writeJson(documents)));
      for (const output of [text, await textOf(rowsAsJson(documents))]) {
        expect(output).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/);
      }
    }),
  );
});

test('C1 controls, DEL and line separators are escaped, not lost', () => {
  expect(recordAsJson('\u009b31m\u007f\u2028')).toBe('"\\u009b31m\\u007f\\u2028"\n');
});

test.each([
  'json',
  'ndjson',
] as const)('%s writes each document before it asks for the next', async (format) => {
  const { rows, taken } = counted([grantRow(), grantRow(), grantRow()]);
  const text = render(rows, options({ format }))[Symbol.asyncIterator]();
  await text.next();
  expect(taken()).toBe(1);
});

test('a source that fails leaves the array open and says so', async () => {
  async function* failing() {
    yield grantRow();
    throw new Error('cut off');
  }
  const seen: string[] = [];
  const reading = (async () => {
    for await (const piece of render(failing(), options({ format: 'json' }))) seen.push(piece);
  })();
  await expect(reading).rejects.toThrow('cut off');
  expect(seen).toHaveLength(1);
});

test('a list in NDJSON is one line a record', async () => {
  const text = render([grantRow(), grantRow()], options({ format: 'ndjson', fields: ['amount', 'id'] }));
  expect(await pieces(text)).toEqual(['{"amount":100,"id":"a1"}\n', '{"amount":100,"id":"a1"}\n']);
});

test('a document with a long list is the text of the whole document', async () => {
  const head = { customer: 'acme', opening: jsonNumber('0.10') };
  const tail = { blocks: [{ id: 'b' }] };
  for (const movements of [[], [{ id: 'e1', metadata: { a: '1' } }], [{ id: 'e1' }, { id: 'e2', to: null }]])
    for (const [indent, whole] of [
      [2, recordAsJson({ ...head, movements, ...tail })],
      [0, `${writeJson({ ...head, movements, ...tail })}\n`],
    ] as const) {
      let text = '';
      for await (const piece of longRecordAsJson({ head, name: 'movements', list: movements, tail }, indent))
        text += piece;
      expect(text).toBe(whole);
    }
});
