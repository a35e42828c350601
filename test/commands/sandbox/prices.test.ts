// `sandbox prices`: a price is set, listed, refused twice and taken away.
import { expect, test } from 'vitest';
import { freshHome, run } from '../../support/run.ts';

const home = freshHome();
const prices = (...words: string[]) => run(['sandbox', 'prices', ...words, '-o', 'json'], { home });
const listed = async () => JSON.parse((await prices()).stdout);

test('a price is set once, and taken away', async () => {
  expect(await listed()).toEqual([]);
  const added = await prices('add', 'tokens', '--credits', '0.0020', '--property', 'count', '--item', 'ai');
  expect(added.code).toBe(0);
  expect(JSON.parse(added.stdout)).toMatchObject({
    event: 'tokens',
    credits: 0.002,
    currency: 'credits',
    property: 'count',
    item: 'ai',
  });
  expect((await prices('add', 'call', '--credits', '1', '--currency', 'USD')).code).toBe(0);
  expect(await listed()).toMatchObject([
    { event: 'call', item: 'call', property: null, currency: 'USD' },
    { event: 'tokens' },
  ]);
  const twice = await prices('add', 'call', '--credits', '2');
  expect(twice.code).toBe(10);
  expect((await prices('remove', 'call')).code).toBe(0);
  expect((await prices('remove', 'call')).code).toBe(4);
  expect(await listed()).toHaveLength(1);
});

test.each([
  [['break'], '<action> must be list, add or remove'],
  [['list', 'x'], 'list takes no more arguments'],
  [['list', '--credits', '1'], '--credits is only for add'],
  [['add'], '<event> is missing'],
  [['add', 'x'], '--credits is missing'],
  [['add', 'x', '--credits', '0'], '--credits'],
  [['add', ' ', '--credits', '1'], '<event> must have 1 to 100 characters'],
  [['add', 'sandbox.usage', '--credits', '1'], '<event> says itself what it costs'],
  [['add', 'x', '--credits', '1', '--currency', 'credts'], '--currency is no known unit'],
])('%j is a usage error', async (words, sentence) => {
  const before = await listed();
  const { code, stderr } = await prices(...words);
  expect(code).toBe(2);
  expect(JSON.parse(stderr).error.message).toContain(sentence);
  expect(await listed()).toEqual(before);
});
