// What is shown before a write is what then happens: on generated histories, for every type of entry.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDate, startOfDay } from '../../src/credits/calendar.ts';
import { isDrawable } from '../../src/credits/customer.ts';
import { type Amount, add, compare, isZero, sum } from '../../src/credits/exact.ts';
import { decodeBlock } from '../../src/orb/decode/records.ts';
import { effectOf, isWarning } from '../../src/requests/prediction.ts';
import { type JsonObject, parseJson, writeJson } from '../../src/wire/json.ts';
import { bodyOf, day, operation, start, zone } from '../sandbox/random-history.ts';
import { acme, sandboxAt, type TestSandbox } from '../sandbox/sandbox-at.ts';
import { runs } from '../support/runs.ts';

async function blocksOf(box: TestSandbox, query: Record<string, string>) {
  const { text } = await box.get(`${acme}/credits`, { limit: '100', ...query });
  return ((parseJson(text) as JsonObject).data as JsonObject[]).map((block) => decodeBlock(block).record);
}

const predicted = async (body: JsonObject, box: TestSandbox, now: number) => {
  const open = await blocksOf(box, {});
  const named = await blocksOf(box, { include_all_blocks: 'true' });
  // As the program looks: the open blocks, and the one that is named.
  const also = named.filter(({ id }) => id === body.block_id && !open.some((block) => block.id === id));
  return effectOf(body, {
    blocks: [...open, ...also],
    now,
    startOfDay: (text) => {
      const date = parseDate(text);
      return date === undefined ? Number.POSITIVE_INFINITY : startOfDay(date, zone);
    },
  });
};

const available = (blocks: Awaited<ReturnType<typeof blocksOf>>, now: number): Amount =>
  sum(blocks.filter((block) => isDrawable(block, now)).map(({ balance }) => balance));

test('balance and blocks after a write are those that were predicted, and a predicted refusal is one', async () => {
  let written = 0;
  let unforeseen = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(operation, fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 9 }),
      async (steps) => {
        const box = await sandboxAt(new Date(start).toISOString());
        let now = start;
        for (const [each, days] of steps) {
          now += days * day;
          box.at(new Date(now).toISOString());
          const body = await bodyOf(each, box);
          if (body === undefined) continue;
          const before = await blocksOf(box, { include_all_blocks: 'true' });
          const effect = await predicted(body, box, now);
          const { status } = await box.add(JSON.parse(writeJson(body)) as object);
          if (status !== 201) {
            // What was decremented from a block, and what was voided of it, only its ledger says.
            if (!effect.notes.some(isWarning)) {
              expect(['void', 'amendment', 'increment', 'expiration_change']).toContain(body.entry_type);
              unforeseen += 1;
            }
            continue;
          }
          written += 1;
          expect(effect.notes.filter(isWarning), writeJson(body)).toEqual([]);
          const after = await blocksOf(box, { include_all_blocks: 'true' });
          expect(available(after, now), writeJson(body)).toBe(effect.balanceAfter);
          // Which block bears a debt is the API's choice, and said to be.
          const isOverdrawn = effect.notes.some((note) => note.includes('below zero'));
          for (const { block, after: balance } of effect.moves)
            if (block !== undefined && !isOverdrawn)
              expect(after.find(({ id }) => id === block)?.balance).toBe(balance);
          expectMade(
            effect.moves.filter(({ block }) => block === undefined).map((move) => move.after),
            before,
            after,
          );
        }
      },
    ),
    { numRuns: runs(50) },
  );
  expect(written).toBeGreaterThan(unforeseen * 3);
}, 600_000);

/** The blocks that were not there before hold what was predicted of them, however it is split. */
function expectMade(
  amounts: readonly Amount[],
  before: Awaited<ReturnType<typeof blocksOf>>,
  after: Awaited<ReturnType<typeof blocksOf>>,
): void {
  const known = new Set(before.map(({ id }) => id));
  const made = after
    .filter(({ id }) => !known.has(id))
    .map((block) => block.maximum_initial_balance ?? block.balance);
  const wanted = amounts.reduce((total, amount) => add(total, amount), '0' as Amount);
  if (!isZero(wanted)) expect(compare(sum(made), wanted)).toBeGreaterThanOrEqual(0);
}
