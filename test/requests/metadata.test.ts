import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Problem } from '../../src/errors.ts';
import { readMetadata } from '../../src/requests/metadata.ts';

function read(pairs: readonly string[]) {
  const problems: Problem[] = [];
  return { metadata: readMetadata(pairs, problems), problems };
}

test('no pairs are no metadata', () => expect(read([]).metadata).toBeUndefined());

test('whatever keys and values are, they are read as they were written', () => {
  const key = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'toString'));
  const pairs = fc.uniqueArray(
    fc.tuple(
      key.filter((each) => !each.includes('=')),
      fc.string(),
    ),
    {
      selector: ([name]) => name,
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(pairs, (expected) => {
      const { metadata = {}, problems } = read(expected.map(([name, value]) => `${name}=${value}`));
      expect(problems).toEqual([]);
      expect(new Map(Object.entries(metadata))).toEqual(new Map(expected));
    }),
  );
});

test('each wrong pair is told', () =>
  expect(read(['a', '=b', 'c=1', 'c=1']).problems.map(({ problem }) => problem)).toEqual([
    'must be key=value: "a"',
    'must be key=value: "=b"',
    'sets the key "c" twice',
  ]));
