// Reads one row of a batch from the plan in the record.
import { type CreditctlError, notApplied, valueArgs } from '../../../errors.ts';
import type { Write } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';
import { isErasedRow } from '../../plan/erased-rows.ts';
import { readRowLine } from '../../plan/plan-line-reading.ts';
import type { PlanRow } from '../../plan/plan-lines.ts';
import { runsOf } from './recorded-runs.ts';

/**
 * The row of a write or, for an undo write, the row that it undid. Throws a `refused` error if no plan of the batch has the
 * row, and the record's error for a plan that was changed.
 */
export async function keptRow(
  { key, batch, run, undoes }: Pick<Write, 'key' | 'batch' | 'run' | 'undoes'>,
  record: Pick<AccountRecord, 'batchRuns' | 'plan'>,
): Promise<PlanRow> {
  if (batch !== null) {
    const { plans, planOf } = await runsOf(record, batch);
    const own = planOf.get(run ?? 0);
    // A later run of another plan of the batch may have settled the row.
    for (const sha256 of new Set([...(own === undefined ? [] : [own]), ...plans])) {
      const row = await rowWithKey(undoes ?? key, record.plan(sha256, 'erased rows'));
      if (row !== undefined) return row;
    }
  }
  throw notApplied('refused', `No plan in the record has the row "${undoes ?? key}"`, [
    'creditctl history verify',
  ]);
}

async function rowWithKey(key: string, pieces: AsyncIterable<Uint8Array>): Promise<PlanRow | undefined> {
  const needle = `"key":"${key}"`;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const text = rest + decoder.decode(piece, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    // Among a million lines, only the matching line is parsed.
    if (!text.includes(needle)) continue;
    const line = text.split('\n').find((each) => each.startsWith('{"row":') && each.includes(needle));
    if (line === undefined || !line.endsWith('}')) continue;
    if (isErasedRow(line)) throw erased(key);
    const row = readRowLine({ line, place: undefined }, 'in the record');
    if (row.key === key) return row;
  }
  return undefined;
}

const erased = (key: string): CreditctlError =>
  notApplied('refused', `The texts of the row "${key}" were erased from the record`, [
    `See what it did, and write the opposite by hand: creditctl history show ${valueArgs(key)}`,
  ]);
