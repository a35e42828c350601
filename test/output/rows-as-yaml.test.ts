import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Document, isMap, isScalar, isSeq, type ParsedNode, parseDocument } from 'yaml';
import { render } from '../../src/output/render.ts';
import { longRecordAsYaml, recordAsYaml, rowsAsYaml } from '../../src/output/rows-as-yaml.ts';
import { isJsonNumber, isJsonObject, type Json, jsonNumber, parseJson } from '../../src/wire/json.ts';
import { runs } from '../support/runs.ts';
import { anyAmount, anyText, counted, grantRow, options, rendered, textOf } from './sample.ts';

/** The document as a reader of YAML sees it: a number as its digits, so that none can be lost in reading. */
function read(text: string, version: '1.1' | '1.2'): unknown {
  const document = parseDocument(text, { version, keepSourceTokens: true }) as Document.Parsed;
  if (document.errors.length > 0) throw document.errors[0];
  return plain(document.contents);
}

function plain(node: ParsedNode | null): unknown {
  if (isMap(node))
    return new Map(
      node.items.map(({ key, value }) => [plain(key as ParsedNode), plain(value as ParsedNode)]),
    );
  if (isSeq(node)) return node.items.map((item) => plain(item as ParsedNode));
  if (!isScalar(node)) throw new Error('neither a map, nor a list, nor a value');
  return typeof node.value === 'number' ? { digits: node.source } : node.value;
}

/** The same of a document of ours. */
function seen(value: Json): unknown {
  if (isJsonNumber(value)) return { digits: value.value };
  if (typeof value === 'number') return { digits: String(value) };
  if (Array.isArray(value)) return (value as readonly Json[]).map(seen);
  if (!isJsonObject(value)) return value;
  return new Map(Object.entries(value).map(([name, field]) => [name, seen(field ?? null)]));
}

const confusing = fc.constantFrom(
  ...[
    '',
    ' ',
    '~',
    'null',
    'Null',
    'true',
    'False',
    'yes',
    'NO',
    'on',
    'Off',
    'y',
    'N',
    '<<',
    '=',
    '-',
    '---',
    '...',
  ],
  ...[
    '0',
    '-1',
    '+1',
    '1_000',
    '0x1F',
    '0o17',
    '017',
    '0b1',
    '1e5',
    '.5',
    '5.',
    '.inf',
    '-.Inf',
    '.nan',
    '1:30',
  ],
  ...[
    '190:20:30',
    '2027-01-31',
    '2027-01-31T08:00:00+00:00',
    '2027-1-1 1:1:1',
    'a: b',
    'a #b',
    '# x',
    '- a',
    '? a',
  ],
  ...[
    '!x',
    '&x',
    '*x',
    '%x',
    '@x',
    '`x',
    '[x',
    '{x',
    '|',
    '>',
    "'",
    '"',
    '\u0085',
    '\u2028',
    '\ufeff',
    '__proto__',
  ],
  ...[
    'two\nlines',
    ' led\nby blanks',
    'trailing \n',
    '\n\n',
    ' \n',
    '\n \n',
    ' \n a',
    'a\n---\nb',
    '4QYWy9UbDY8yXKKd',
    '\ud800',
  ],
);
const anyString = fc.oneof(confusing, anyText);
const anyNumber = fc.oneof(
  anyAmount,
  fc.integer().map(String),
  fc.constantFrom('0.10', '123456789012345678.5'),
);
const anyDocument = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyString,
    anyNumber.map(jsonNumber),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyString, tie('value'), { maxKeys: 4 }),
  ),
})).value;

for (const version of ['1.1', '1.2'] as const) {
  test(`any list of documents comes back from YAML ${version} as it is, and drives no terminal`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDocument, { maxLength: 4 }), async (documents) => {
        const text = await textOf(rowsAsYaml(documents));
        expect(read(text, version)).toEqual(seen(documents));
        expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/);
      }),
      { numRuns: runs(150) },
    );
  });

  test(`any single document comes back from YAML ${version} as it is`, () => {
    fc.assert(
      fc.property(fc.dictionary(anyString, anyDocument, { maxKeys: 5 }), (document) => {
        expect(read(recordAsYaml(document), version)).toEqual(seen(document));
      }),
      { numRuns: runs(150) },
    );
  });
}

test('a document keeps its fields in their order and every digit of its numbers', async () => {
  const document = parseJson(
    '{"id":"4QYW","amount":0.10,"balance":123456789012345678.5,"on":"2027-01-31","note":"yes","filters":[],"none":null}',
  );
  expect(await rendered([{ ...grantRow(), document }], { format: 'yaml', shape: 'one' })).toBe(
    [
      'id: "4QYW"',
      'amount: 0.10',
      'balance: 123456789012345678.5',
      '"on": "2027-01-31"',
      'note: "yes"',
      'filters: []',
      'none: null',
      '',
    ].join('\n'),
  );
});

test('a list is a sequence, and an empty one is that too', async () => {
  expect(await rendered([grantRow(), grantRow({ id: 'b2' })], { format: 'yaml' })).toBe(
    '- id: a1\n  amount: 100\n  note: hello\n- id: b2\n  amount: 100\n  note: hello\n',
  );
  expect(await rendered([], { format: 'yaml' })).toBe('[]\n');
});

test('a number with an exponent is a number to readers of either version', () => {
  for (const [digits, written] of [
    ['1e5', '1.0e+5'],
    ['1.5E-7', '1.5e-7'],
    ['-2.0e+3', '-2.0e+3'],
  ] as const)
    expect(recordAsYaml({ a: jsonNumber(digits) })).toBe(`a: ${written}\n`);
});

test('a document with a long list is the text of the whole, and each item is written before the next is asked for', async () => {
  const whole = async (list: readonly Json[]): Promise<void> => {
    const [head, tail] = [{ id: 'a', '010': null }, { blocks: [{ id: 'b' }] }];
    const { rows } = counted(list);
    const long = longRecordAsYaml({ head, name: 'movements', list: rows, tail });
    let text = '';
    for await (const piece of long) text += piece;
    expect(text).toBe(recordAsYaml({ ...head, movements: list, ...tail }));
  };
  await whole([]);
  await whole([
    { id: 'one', metadata: { note: 'two\nlines' }, none: [] },
    { id: 'two' },
    { amount: jsonNumber('1.50') },
  ]);
  const { rows, taken } = counted<Json>([{ id: 'a' }, { id: 'b' }]);
  const pieces = longRecordAsYaml({ head: { a: 1 }, name: 'list', list: rows, tail: { b: 1 } });
  await pieces.next();
  await pieces.next();
  expect(taken()).toBe(1);
});

test('each document is written before the next is asked for', async () => {
  const { rows, taken } = counted([grantRow(), grantRow(), grantRow()]);
  await render(rows, options({ format: 'yaml' }))
    [Symbol.asyncIterator]()
    .next();
  expect(taken()).toBe(1);
});
