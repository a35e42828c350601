import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ndjsonRecords } from '../../../src/batch/input/ndjson-records.ts';
import { all, chunksOf } from './chunks.ts';

const records = (text: string | Uint8Array, size?: number) => all(ndjsonRecords(chunksOf(text, size)));

test('a line is a record; blank lines count as lines and are none', async () => {
  expect(await records('\uFEFF{"a":1}\r\n\n  \n{"b":2}')).toEqual([
    { line: 1, source: '{"a":1}' },
    { line: 4, source: '{"b":2}' },
  ]);
  expect(await records('')).toEqual([]);
});

test('lines come back whatever the pieces', async () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((each) => JSON.stringify({ a: each }));
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.integer({ min: 1, max: 7 }), async (lines, size) => {
      const read = await records(lines.map((line) => `${line}\n`).join(''), size);
      expect(read).toEqual(lines.map((source, index) => ({ line: index + 1, source })));
    }),
  );
});

test.each([
  ['[{"a":1}]', 1, 'JSON array'],
  ['\uFEFF\n [\n{"a":1}\n]\n', 2, 'JSON array'],
  [`[${'{"a":1},'.repeat(200_000)}{}]`, 1, 'JSON array'],
  ['{\n  "a": 1\n}\n', 1, 'JSON object of several lines'],
])('a file of JSON in another layout (%#) is refused once, with what helps', async (text, line, what) => {
  for (const size of [7, 65_536])
    if (text.length < size * 100)
      expect(await records(text, size)).toEqual([
        { line, problem: expect.stringMatching(new RegExp(`${what}.*one (JSON )?object a line.*jq -c`)) },
      ]);
});

test('UTF-16 without a byte order mark is no UTF-8', async () => {
  expect(await records(Buffer.from('{"a":1}\n', 'utf16le'))).toEqual([
    { line: 1, problem: expect.stringContaining('is not UTF-8') },
  ]);
});

test('a line without end and bytes that are no text end the reading', async () => {
  expect(await records(`{}\n${'x'.repeat(1_100_000)}`, 65_536)).toMatchObject([
    { line: 1 },
    { line: 2, problem: expect.stringContaining('is longer than 1000000 characters') },
  ]);
  expect(await records(Buffer.from('{}\n{"a":"\u00e9"}\n{}\n', 'latin1'))).toMatchObject([
    { line: 1, source: '{}' },
    { line: 2, problem: expect.stringContaining('is not UTF-8') },
  ]);
  const split = Buffer.concat([Buffer.from('{"a":123456é\n{}\n'), Buffer.from([0xff, 0x0a])]);
  expect((await records(split, 12)).at(-1)).toEqual({
    line: 3,
    problem: expect.stringContaining('is not UTF-8'),
  });
  expect((await records(Buffer.from([0xff, 0xfe, 0x41, 0x00])))[0]).toMatchObject({
    line: 1,
    problem: expect.stringContaining('is not UTF-8'),
  });
});
