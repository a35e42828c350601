// Outcomes that come together are one append, and one that somebody else has settled is left out of it.
import { expect, test } from 'vitest';
import { appendWhatFits } from '../../../src/batch/apply/row-outcomes.ts';
import type { NewFact } from '../../../src/record/facts.ts';
import type { Appended } from '../../../src/record/record.ts';
import { ended } from '../../record/facts.ts';

/** A record that says of one key that it has moved on, and how many facts each append had. */
function recordIn(moved: string) {
  const counts: number[] = [];
  const append = async (facts: readonly NewFact[]): Promise<Appended> => {
    counts.push(facts.length);
    if (facts.some(({ fact }) => 'key' in fact && fact.key === moved))
      return { kind: 'conflict', keys: [moved] };
    return { kind: 'appended', head: { link: 1, hash: '' }, at: '', versions: facts.map((_, at) => at + 1) };
  };
  return { counts, append };
}

test('a thousand ends are one append', async () => {
  const record = recordIn('none');
  const ends = Array.from({ length: 1030 }, (_, index) => ended(`k${index}`, 'settled'));
  expect((await appendWhatFits(record, ends)).size).toBe(1030);
  expect(record.counts).toEqual([1024, 6]);
});

test('the end of a key that has moved on is left out, and the others are appended', async () => {
  const record = recordIn('k1');
  const ends = ['k0', 'k1', 'k2'].map((key) => ended(key, 'settled'));
  const versions = await appendWhatFits(record, ends);
  expect([...versions]).toEqual([
    ['k0', 1],
    ['k2', 2],
  ]);
  expect(record.counts).toEqual([3, 2]);
});
