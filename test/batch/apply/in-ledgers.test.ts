// Where a batch is looked for that the record does not know.
import { expect, test } from 'vitest';
import {
  type DriftSearch,
  entriesSince,
  type LedgerName,
  searchForPlan,
} from '../../../src/batch/apply/in-ledgers.ts';
import { ledgerName, type Plan } from '../../../src/batch/plan/plan-lines.ts';
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

/** The entry of a number, a day after the one before it. The plan was made on the 6th. */
const entryOf = (number: number, id = `e${number}`) => ({
  ...{ id, ledger_sequence_number: number, created_at: `2026-11-0${number}T12:00:00Z` },
  ...{ entry_type: 'increment', metadata: number === 4 ? { creditctl_key: 'k' } : {} },
  credit_block: { id: 'b' },
});

const metering = (number: number, id?: string) => ({ ...entryOf(number, id), entry_type: 'decrement' });

test.each([
  ['nothing', [entryOf(5), entryOf(4)], []],
  ['an entry', [entryOf(7), entryOf(5), entryOf(4)], ['e7']],
  ['a deletion of the newest block', [entryOf(4)], ['a block']],
  ['a deletion of all blocks', [], ['a block']],
  ['such a deletion and an entry', [entryOf(7), entryOf(4)], ['e7']],
  ['a deletion that gives the newest entry another number', [entryOf(4, 'e5')], ['a block']],
  ['no metering', [metering(7), entryOf(5), entryOf(4)], []],
  ['no metering that was written anew', [metering(5, 'e'), entryOf(4)], []],
  ['a deletion that gives one of metering another number', [metering(3, 'e5')], ['a block']],
  ['a deletion before metering', [metering(7), entryOf(4, 'e5')], ['a block']],
])('%s since a plan is drift', async (_what, entries, drift) => {
  async function* accounts() {
    const known = { ledger_entry_id: 'e5', ledger_sequence_number: 5 };
    yield { customer: { id: 'c' }, currency: 'credits', ...known };
  }
  const plan = { header: { planned_at: '2026-11-06T12:00:00Z' }, accounts } as unknown as Plan;
  const api = {
    entries: async function* (_query: unknown, { limit = entries.length }: { readonly limit?: number }) {
      for (const record of entries.slice(0, limit)) yield { record, document: { price_id: 'p' } };
    },
  };
  const connection = { api } as unknown as DriftSearch['connection'];
  const found = await entriesSince(plan, { connection, ledgers: new Set([ledgerName('c', 'credits')]) });
  expect([found.marked, found.drift.map(({ entry, isBlock }) => (isBlock ? 'a block' : entry?.id))]).toEqual([
    [],
    drift,
  ]);
});
