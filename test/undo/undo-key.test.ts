import { expect, test } from 'vitest';
import { rowUndoKey, undoKey } from '../../src/undo/undo-key.ts';

test('a key stays what it is from version to version, or what was taken back could be taken back twice', () => {
  expect(undoKey('k', { entry_type: 'void', block_id: 'B' })).toBe(
    'undo-72d32dfd79426eee26d142c6a3c752705ea9ba10',
  );
  expect(undoKey('k', { entry_type: 'amendment', block_id: 'B' })).toBe(
    'undo-09343f39b78214937fc88a11176654b75161e483',
  );
  expect(rowUndoKey('b', 'r', { entry_type: 'void', block_id: 'B' })).toBe(
    'undo-d1c486d220a7cfbf017ed47f932eb3fc160be951',
  );
  expect(rowUndoKey('b', 'r', { entry_type: 'increment', amount: 5 })).toBe(
    'undo-30539ec03e715c58dfc38ccf210d6babf51ef879',
  );
});
