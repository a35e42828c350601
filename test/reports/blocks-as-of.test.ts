import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zero } from '../../src/credits/exact.ts';
import { decodeBlock, decodeEntry } from '../../src/orb/decode/records.ts';
import { BlocksAsOf } from '../../src/reports/blocks-as-of.ts';
import { parseJson } from '../../src/wire/json.ts';
import { bodyOf, day, operation, start } from '../sandbox/random-history.ts';
import { acme, sandboxAt, type TestSandbox } from '../sandbox/sandbox-at.ts';
import { runs } from '../support/runs.ts';

async function pageOf(box: TestSandbox, path: string, query: Readonly<Record<string, string>>) {
  const { text } = await box.get(`${acme}/${path}`, query);
  return (parseJson(text) as unknown as { data: Parameters<typeof decodeBlock>[0][] }).data;
}

const blocksOf = async (box: TestSandbox, all: boolean) =>
  (await pageOf(box, 'credits', { limit: '100', ...(all ? { include_all_blocks: 'true' } : {}) })).map(
    (each) => decodeBlock(each).record,
  );

const iso = (at: number): string => new Date(at).toISOString();

/** A step: wait so many days, then write. The clock may also be set back, which dates nothing earlier. */
const stepAfter = (least: number) =>
  fc.record({ wait: fc.integer({ min: least, max: 12 }), write: operation });

test('the blocks of an earlier day are those that were there, whatever was written since', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stepAfter(-1), { minLength: 1, maxLength: 8 }),
      fc.array(stepAfter(0), { maxLength: 8 }),
      async (before, after) => {
        const box = await sandboxAt(iso(start));
        let now = start;
        const play = async (steps: typeof before): Promise<void> => {
          for (const { wait, write } of steps) {
            now += wait * day;
            box.at(iso(now));
            const body = await bodyOf(write, box);
            if (body !== undefined) await box.add(body);
          }
        };
        await play(before);
        const ledger = await box.ledger();
        const last = Math.max(now, ...ledger.map(({ created_at }) => Date.parse(created_at)));
        box.at(iso(last));
        const then = await blocksOf(box, false);
        now = last + day;
        await play(after);
        const asOf = new BlocksAsOf(last);
        for (const entry of await pageOf(box, 'credits/ledger', { limit: '1000' }))
          asOf.add(decodeEntry(entry).record);
        expect(asOf.blocks(await blocksOf(box, true))).toEqual(then);
      },
    ),
    { numRuns: runs(12) },
  );
});

test('a block that was used up and then expired was active before', async () => {
  const box = await sandboxAt(iso(start));
  await box.add({ entry_type: 'increment', amount: 10, expiry_date: iso(start + 5 * day) });
  box.at(iso(start + 2 * day));
  await box.add({ entry_type: 'decrement', amount: 10 });
  const asOf = new BlocksAsOf(start + day);
  const ledger = (await pageOf(box, 'credits/ledger', {})).map((each) => decodeEntry(each).record);
  for (const entry of ledger) asOf.add(entry);
  for (const used of ledger.slice(0, 1))
    asOf.add({
      ...used,
      created_at: iso(start + 5 * day),
      entry_type: 'credit_block_expiry',
      amount: zero,
      starting_balance: zero,
    });
  expect(asOf.blocks(await blocksOf(box, true))).toMatchObject([{ balance: '10', status: 'active' }]);
});
