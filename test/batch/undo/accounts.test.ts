import { expect, test } from 'vitest';
import type { RowLookup } from '../../../src/batch/apply/recorded/row-lookup.ts';
import type { Session } from '../../../src/batch/apply/session.ts';
import type { Plan } from '../../../src/batch/plan/plan-lines.ts';
import { settledAccounts } from '../../../src/batch/undo/accounts.ts';

test('Ctrl-C ends the count of the rows, although plan and record answer at once', async () => {
  const ending = new AbortController();
  const read: number[] = [];
  const plan = {
    placedRows: async function* () {
      for (let row = 0; row < 100_000; row += 1) {
        read.push(row);
        yield { row: { key: `row-${row}` }, start: row };
      }
    },
  } as unknown as Plan;
  const lookup = { recordedStates: async () => new Map(), rowState: () => 'open' } as unknown as RowLookup;
  const session = { lookup, id: 'trials', runtime: { interruption: ending.signal } } as unknown as Session;
  setImmediate(() => ending.abort(new Error('Ctrl-C')));
  await expect(settledAccounts([plan], [], session)).rejects.toThrow('Ctrl-C');
  expect(read.length).toBeLessThan(5000);
});
