import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runKeyed } from '../../../../src/batch/apply/run/keyed-queue.ts';

interface Row {
  readonly lane: string;
  readonly number: number;
}

/** In groups of one, two, three and so on. */
async function* each(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
  for (let at = 0, size = 1; at < rows.length; at += size, size += 1) yield rows.slice(at, at + size);
}

const rowsOf = (lanes: readonly number[]): Row[] =>
  lanes.map((lane, number) => ({ lane: `lane ${lane}`, number }));

test('every row is run once: rows of one key in order and never two at once, never more than the limit', async () => {
  const lanes = fc.array(fc.nat(5), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      lanes,
      fc.integer({ min: 1, max: 8 }),
      fc.infiniteStream(fc.nat(3)),
      async (names, width, waits) => {
        const busy = new Set<string>();
        const done: Row[] = [];
        await runKeyed(each(rowsOf(names)), {
          keyOf: ({ lane }) => lane,
          limit: () => width,
          isStopped: () => false,
          run: async (row) => {
            expect(busy.has(row.lane)).toBe(false);
            busy.add(row.lane);
            expect(busy.size).toBeLessThanOrEqual(width);
            for (let turn = 0; turn < (waits.next().value ?? 0); turn += 1) await Promise.resolve();
            busy.delete(row.lane);
            done.push(row);
            return true;
          },
        });
        for (const lane of new Set(done.map((row) => row.lane))) {
          const numbers = done.filter((row) => row.lane === lane).map(({ number }) => number);
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        }
        expect(done.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
          names.map((_, index) => index),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('a lane that does not go on is closed, and the others are not', async () => {
  const done: number[] = [];
  await runKeyed(each(rowsOf([0, 1, 0, 1, 0])), {
    keyOf: ({ lane }) => lane,
    limit: () => 1,
    isStopped: () => false,
    run: async ({ lane, number }) => {
      done.push(number);
      return lane !== 'lane 0';
    },
  });
  expect(done.sort()).toEqual([0, 1, 3]);
});

test('once it is over nothing begins, and what is under way is waited for', async () => {
  const done: number[] = [];
  await runKeyed(each(rowsOf([0, 1, 2, 3, 4])), {
    keyOf: ({ lane }) => lane,
    limit: () => 2,
    isStopped: () => done.length > 0,
    run: async ({ number }) => {
      await new Promise((resolve) => setImmediate(resolve));
      done.push(number);
      return true;
    },
  });
  expect(done.sort()).toEqual([0, 1]);
});
