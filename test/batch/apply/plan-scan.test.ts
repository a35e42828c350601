// Which rows of a plan a run begins anew, and so which of them are looked up before it.
import { expect, test } from 'vitest';
import { rowsBegunAnew } from '../../../src/batch/apply/plan-scan.ts';
import type { RowState } from '../../../src/batch/apply/recorded/row-lookup.ts';
import type { PlanRow } from '../../../src/batch/plan/plan-lines.ts';

const row = (key: string): PlanRow => ({
  ...{ row: 1, line: 2, key, customer: { id: 'X1', external_customer_id: 'acme' } },
  request: { method: 'POST', path: '/customers/X1/credits/ledger_entry', body: {} },
  source: [],
});

async function begunAnew(retriesRefused: boolean): Promise<readonly string[]> {
  const plan = {
    async *rowGroups() {
      yield ['done', 'open'].map(row);
      yield ['planned', 'refused'].map(row);
    },
  };
  // Each row stands as its key says.
  const lookup = {
    readSize: 3,
    rowStates: async <Row extends { readonly key: string }>(rows: readonly Row[]) =>
      rows.map((each) => [each, each.key as RowState, undefined] as const),
  };
  const keys: string[] = [];
  for await (const { key } of rowsBegunAnew(plan, lookup, { retriesRefused })) keys.push(key);
  return keys;
}

test('a row that is done or open is not begun anew, and a refused one only where it may be', async () => {
  expect(await begunAnew(true)).toEqual(['planned', 'refused']);
  expect(await begunAnew(false)).toEqual(['planned']);
});
