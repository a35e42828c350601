import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type RowState, RowStates, rowState } from '../../../src/batch/apply/row-states.ts';

const keyOf = (row: number): string =>
  `batch-${createHash('sha256').update(String(row)).digest('hex').slice(0, 40)}`;

test('it is a map from keys to states and numbers, whatever comes in which order', () => {
  const step = fc.record({
    row: fc.nat(5000),
    state: fc.constantFrom(...[1, 2, 3, 4, 5, 6]) as fc.Arbitrary<Exclude<RowState, 0>>,
    note: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4000 }), (steps) => {
      const states = new RowStates();
      const model = new Map<string, { state: number; note: number }>();
      for (const { row, state, note } of steps) {
        states.set(keyOf(row), state);
        states.note(keyOf(row), note);
        model.set(keyOf(row), { state, note });
      }
      for (const [key, { state, note }] of model)
        expect([states.get(key), states.noteOf(key)]).toEqual([state, note]);
      const settled = [...model.values()].filter(({ state }) => state === rowState.settled).length;
      expect(states.count(rowState.settled)).toBe(settled);
    }),
    { numRuns: 20 },
  );
});

test('of a key that never came nothing is known', () => {
  expect(new RowStates().get(keyOf(1))).toBe(rowState.none);
});
