import { expect, test } from 'vitest';
import { type ListFlags, readListFlags } from '../../src/requests/list-flags.ts';

test.each<[ListFlags, unknown]>([
  [{}, { limit: 20 }],
  [{ limit: '1' }, { limit: 1 }],
  [
    { limit: '500', cursor: 'c' },
    { limit: 500, cursor: 'c' },
  ],
  [{ all: true }, {}],
])('%j is the span %j', (flags, span) => expect(readListFlags(flags)).toEqual({ span, problems: [] }));

test.each<[ListFlags, string]>([
  [{ limit: '0' }, '--limit must be a whole number above 0: "0"'],
  [{ limit: '-1' }, '--limit must be a whole number above 0: "-1"'],
  [{ limit: '1.5' }, '--limit must be a whole number above 0: "1.5"'],
  [{ limit: '1e3' }, '--limit must be a whole number above 0: "1e3"'],
  [{ limit: '5', all: true }, '--limit cannot be used with --all'],
  [{ cursor: ' ' }, '--cursor is empty'],
])('%j: %s', (flags, told) =>
  expect(readListFlags(flags).problems.map(({ where, problem }) => `${where} ${problem}`)).toEqual([told]));
