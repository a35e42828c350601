// Every block marked `sh run` in the documents does what a reader would have it do; the longest ones are tested beside.
import { expect, test } from 'vitest';
import { blocksOf, documents } from './documents.ts';
import { testBlocks } from './run-blocks.ts';

const beside = ['docs/recipes.md', 'docs/bulk.md', 'docs/reports.md'];

testBlocks(documents.filter((document) => !beside.includes(document)));

test('the documents that are tested beside are there', () => {
  expect(beside.filter((document) => !documents.includes(document))).toEqual([]);
});

test('no shell block of the recipes is left out', () => {
  expect(blocksOf('docs/recipes.md').filter(({ info }) => info === 'sh')).toEqual([]);
});
