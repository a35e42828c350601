import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecords } from '../../../src/batch/input/csv-records.ts';
import { readDelimiter } from '../../../src/batch/input/text-form.ts';
import { anyCharacter } from '../../support/characters.ts';
import { all, chunksOf } from './chunks.ts';

const records = (text: string | Uint8Array, size?: number) => all(csvRecords(chunksOf(text, size)));

test('cells, quotes, doubled quotes and line breaks in them; the line is the one where a record begins', async () => {
  expect(await records('\uFEFFa,b\r\n1,"x\r\ny"\r\n\r\n2,"say ""hi"""\n3,\n')).toEqual([
    { line: 1, source: ['a', 'b'] },
    { line: 2, source: ['1', 'x\r\ny'] },
    { line: 5, source: ['2', 'say "hi"'] },
    { line: 6, source: ['3', ''] },
  ]);
});

test('rows that a spreadsheet emptied say nothing, and still count as lines', async () => {
  expect(await records('a,b\r\n,\r\n1,2\r\n" ",""\r\n\u00a0,\t\r\n,,,\r\n3,\r\n,')).toEqual([
    { line: 1, source: ['a', 'b'] },
    { line: 3, source: ['1', '2'] },
    { line: 7, source: ['3', ''] },
  ]);
});

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const bare = (cell: string): boolean => /^[^",\r\n\uFEFF]+$/.test(cell);

test('what is written is read back, whatever the pieces, line ends and characters', async () => {
  const cell = fc.oneof(
    fc.constantFrom('', '\n', '\r\n', '"', ',', ' a ', 'é', '日本', '=1+1', '\uFEFF'),
    // A NUL at the beginning is taken for UTF-16, and refused.
    fc
      .string({ unit: anyCharacter, maxLength: 8 })
      .map((text) => Buffer.from(text.replaceAll('\0', '')).toString()),
  );
  const row = fc.array(cell, { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      async (rows, end, size) => {
        const text = rows.map(
          (cells) => cells.map((each) => (bare(each) ? each : quoted(each))).join(',') + end,
        );
        const read = await records(text.join(''), size);
        const said = rows.flatMap((cells, at) => (cells.every((each) => each.trim() === '') ? [] : [at]));
        expect(read.map((record) => ('source' in record ? record.source : record))).toEqual(
          said.map((at) => rows[at]),
        );
        let line = 1;
        const lines = text.map((each) => {
          const begins = line;
          line += each.match(/\r\n|\n|\r/g)?.length ?? 0;
          return begins;
        });
        expect(read.map((record) => record.line)).toEqual(said.map((at) => lines[at]));
      },
    ),
  );
});

for (const [text, line, problem] of [
  ['a,b\n1,2\n"3,4\n5,6\n', 3, 'begins a quote (") that is never closed'],
  ['a,b\n1,2\n3,"4"x\n5,6\n', 3, 'has a quote (") in the middle of a cell'],
  ['a,b\n1,2\n3,4"x\n5,6\n', 3, 'has a quote (") in the middle of a cell'],
] as const) {
  test(`${JSON.stringify(text)} is read up to line ${line}, and no further`, async () => {
    const read = await records(text);
    expect(read.slice(0, 2)).toEqual([
      { line: 1, source: ['a', 'b'] },
      { line: 2, source: ['1', '2'] },
    ]);
    expect(read).toHaveLength(3);
    expect(read[2]).toMatchObject({ line, problem: expect.stringContaining(problem) });
  });
}

test('a file that is not UTF-8 is refused as such, and a quote that swallows megabytes ends the reading', async () => {
  for (const [text, line] of [
    ['a,b\ncaf\u00e9,1\n', 2],
    ['a,b\n1,2\n3,"x\ncaf\u00e9"\n5,6\n', 3],
    ['a,b\r\n1,"x\r\ny"\r\ncaf\u00e9,1', 4],
  ] as const)
    expect((await records(Buffer.from(text, 'latin1'), 65_536)).at(-1)).toEqual({
      line,
      problem: expect.stringContaining('is not UTF-8'),
    });
  const split = Buffer.concat([Buffer.from('abcdefgh,é\n1,2\n3,'), Buffer.from([0xff, 0x0a])]);
  expect((await records(split, 10)).at(-1)).toEqual({
    line: 3,
    problem: expect.stringContaining('is not UTF-8'),
  });
  const cut = Buffer.from('a,é').subarray(0, 3);
  expect((await records(cut)).at(-1)).toMatchObject({ problem: expect.stringContaining('is not UTF-8') });
  for (const order of ['le', 'be']) {
    const utf16 = Buffer.from('a,b\n1,2\n', 'utf16le');
    if (order === 'be') utf16.swap16();
    expect(await records(utf16)).toEqual([{ line: 1, problem: expect.stringContaining('is not UTF-8') }]);
  }
  const long = `a,b\n"${'x'.repeat(1_100_000)}`;
  expect((await records(long, 65_536)).at(-1)).toMatchObject({
    line: 2,
    problem: expect.stringContaining('is longer than 1000000 bytes'),
  });
});

test('of a file whose quote is never closed, no more is read than the longest record', async () => {
  let bytes = 0;
  async function* counted() {
    for await (const chunk of chunksOf(`a,b\n"${'x'.repeat(5_000_000)}`, 65_536)) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  await all(csvRecords(counted()));
  expect(bytes).toBeLessThan(1_500_000);
});

test.each([
  ['sep=;\r\na;b\r\n1;2.5\r\n', undefined, 2],
  ['\uFEFFsep=;\na;b\n1;2.5', undefined, 2],
  ['SEP=;\ra;b\r1;2.5', undefined, 2],
  ['a;b\n1;2.5\n', ';', 1],
  ['sep=,\na;b\n1;2.5\n', ';', 2],
])('%j with the delimiter %s: its first record is in line %i', async (text, said, line) => {
  for (const size of [1, 3, 100])
    expect(await all(csvRecords(chunksOf(text, size), said))).toEqual([
      { line, source: ['a', 'b'], delimiter: ';' },
      { line: line + 1, source: ['1', '2.5'], delimiter: ';' },
    ]);
});

test.each([
  [',', ','],
  ['tab', '\t'],
  ['\\t', '\t'],
  ['"', undefined],
  ['x', undefined],
  [';;', undefined],
  ['', undefined],
])('--delimiter %j is %j', (typed, delimiter) => {
  const reading = readDelimiter(typed);
  expect('delimiter' in reading ? reading.delimiter : undefined).toBe(delimiter);
});

test('a cell of half a million line breaks is read without delay', async () => {
  // The time of this process alone, which others on the machine do not change.
  const start = process.cpuUsage();
  const cell = `${'\n'.repeat(500_000)}x`;
  expect(await records(`a,b\n1,"${cell}"\n`, 65_536)).toEqual([
    { line: 1, source: ['a', 'b'] },
    { line: 2, source: ['1', cell] },
  ]);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(3_000);
});
