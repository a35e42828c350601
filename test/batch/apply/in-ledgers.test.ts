// Where a batch is looked for that the record does not know.
import { expect, test } from 'vitest';
import { type LedgerName, searchForPlan } from '../../../src/batch/apply/in-ledgers.ts';
import type { Plan } from '../../../src/batch/plan/plan-lines.ts';
import { zero } from '../../../src/credits/exact.ts';

/** A plan over so many customers, each with entries of before, except those that are new. */
function planOver(count: number, isNew: (at: number) => boolean = () => false): Plan {
  async function* accounts() {
    for (let at = 0; at < count; at += 1)
      yield {
        ...{ customer: { id: `c${at}` }, currency: 'credits', granted: zero },
        ledger_sequence_number: isNew(at) ? null : 1,
      };
  }
  return { accounts } as unknown as Plan;
}

/** The customers whose ledgers are read, a list for each look. */
async function looks(plan: Plan, isFound: (ledgers: readonly LedgerName[]) => boolean) {
  const read: string[][] = [];
  await searchForPlan(plan, 'where likely', async (ledgers) => {
    read.push(ledgers.map(({ customer }) => customer));
    return isFound(ledgers);
  });
  return read;
}

test('a few ledgers show whether the batch was here: the first ones, and others up to the last', async () => {
  const [read, ...more] = await looks(planOver(110), () => false);
  expect(read).toHaveLength(20);
  expect(read?.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, at) => `c${at}`));
  expect(read?.slice(10)).toEqual(Array.from({ length: 10 }, (_, at) => `c${19 + at * 10}`));
  expect(more).toEqual([]);
});

test('a file that has grown at its front is found by its older rows, and then every ledger is read', async () => {
  const isOlder = (name: string): boolean => Number(name.slice(1)) >= 25;
  const [, whole] = await looks(planOver(50), (ledgers) => ledgers.some(({ customer }) => isOlder(customer)));
  expect(whole).toHaveLength(50);
});

test.each([0, 1, 9, 10, 11, 19, 20])('of %i ledgers each is read, once', async (count) => {
  const [read] = await looks(planOver(count), () => false);
  expect(read).toEqual(Array.from({ length: count }, (_, at) => `c${at}`));
});

test('a ledger that had no entry when the plan was made is read with the drift alone', async () => {
  const [read] = await looks(
    planOver(4, (at) => at % 2 === 0),
    () => false,
  );
  expect(read).toEqual(['c1', 'c3']);
});
