// Every block marked `sh run` in the documents does what a reader would have it do.
import { expect, test } from 'vitest';
import { blocksOf, documents } from './documents.ts';
import { testBlocks } from './run-blocks.ts';

testBlocks(documents);

test('no shell block of the recipes is left out', () => {
  expect(blocksOf('docs/recipes.md').filter(({ info }) => info === 'sh')).toEqual([]);
});
