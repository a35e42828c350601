import { expect, test } from 'vitest';
import { RowBreaches } from '../../../src/batch/plan/row-breaches.ts';
import { policyOf } from '../../../src/policy/policy-of.ts';

/** Rows that each break two rules. */
function breaches(rows: number): string {
  const rules = { allowed_types: 'increment', description_required: 'true' };
  const policy = policyOf({ profile: 'p', kind: 'test', rules, file: undefined });
  if ('problem' in policy) throw new Error(policy.problem);
  const found = new RowBreaches(policy);
  const path = '/customers/c/credits/ledger_entry';
  const body = { entry_type: 'void', block_id: 'b', amount: 1 };
  for (let row = 1; row <= rows; row += 1) found.add({ row, line: row + 1 }, { method: 'POST', path, body });
  try {
    found.end();
  } catch (error) {
    return String(error);
  }
  return '';
}

test('each broken rule of a row is named, and more than 100 sentences are cut with the number of rows', () => {
  expect(breaches(0)).toBe('');
  expect(breaches(1)).toMatch(/row 1 \(line 2\): the type void .*\nrow 1 \(line 2\): .*description/);
  const lines = (rows: number) => breaches(rows).split('\n');
  expect([lines(50).length, lines(50).at(-1)]).toEqual([101, expect.stringContaining('row 50 (line 51)')]);
  expect([lines(51).length, lines(51).at(-1)]).toEqual([102, 'and more: 51 rows break a rule']);
});
