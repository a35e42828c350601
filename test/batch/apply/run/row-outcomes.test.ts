// Outcomes that come together are one append, and one that another process has settled is left out of it.
import { expect, test, vi } from 'vitest';
import { appendWhatFits, RowOutcomes } from '../../../../src/batch/apply/run/row-outcomes.ts';
import { CreditctlError } from '../../../../src/errors.ts';
import type { NewFact } from '../../../../src/record/facts.ts';
import type { Appended } from '../../../../src/record/record.ts';
import { ended } from '../../../record/facts.ts';

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

test('once a later run of the batch has begun, what is left is not tried again', async () => {
  const append = vi.fn(async (): Promise<Appended> => ({ kind: 'conflict', keys: ['b'] }));
  const taken = ['k0', 'k1'].map(
    (key): NewFact => ({
      fact: { kind: 'taken', key, attempt: 1, lease_ms: 60_000, run: 1 },
    }),
  );
  await expect(appendWhatFits({ append }, taken)).rejects.toMatchObject({ kind: 'refused' });
  expect(append).toHaveBeenCalledOnce();
});

test('however many ends come while a record that is gone is waited for, it is waited for once more', async () => {
  vi.useFakeTimers();
  try {
    const waited = 5000;
    const counts: number[] = [];
    const append = async (facts: readonly NewFact[]): Promise<Appended> => {
      counts.push(facts.length);
      await new Promise((resolve) => setTimeout(resolve, waited));
      throw new CreditctlError('network', 'The record cannot be reached');
    };
    const outcomes = new RowOutcomes({ append }, { onEnded: () => {}, monotonic: Date.now });
    for (let row = 0; row < 20; row += 1) {
      outcomes.add({ fact: { kind: 'ended', key: `k${row}`, attempt: 1, state: 'settled' } });
      await vi.advanceTimersByTimeAsync(150);
    }
    const flushed = outcomes.flush();
    await vi.advanceTimersByTimeAsync(20 * waited);
    await flushed;
    expect({ counts, fault: outcomes.fault?.kind }).toEqual({ counts: [1, 19], fault: 'network' });
  } finally {
    vi.useRealTimers();
  }
});
