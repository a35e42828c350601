// Reads one row of a batch, or the currencies of all rows, from the plan in the record.
import { type CreditctlError, notApplied, valueArgs } from '../../../errors.ts';
import type { Write } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';
import { isErasedRow } from '../../plan/erased-rows.ts';
import { readEnd, readRowLine } from '../../plan/plan-line-reading.ts';
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

/** The currencies of all plans of a batch, also of rows whose texts were erased. */
export async function currenciesOfBatch(
  batch: string,
  record: Pick<AccountRecord, 'batchRuns' | 'plan'>,
): Promise<readonly string[]> {
  const currencies = new Set<string>();
  for (const sha256 of (await runsOf(record, batch)).plans) {
    let last = '';
    for await (const text of wholeLines(record.plan(sha256, 'erased rows'))) last = text;
    // The bytes end where the hash begins.
    const { totals } = readEnd(last.slice(0, last.lastIndexOf(',')), 'in the record');
    for (const { currency } of totals.credits) currencies.add(currency);
  }
  return [...currencies];
}

async function rowWithKey(key: string, pieces: AsyncIterable<Uint8Array>): Promise<PlanRow | undefined> {
  const needle = `,"key":"${key}","customer":{`;
  for await (const text of wholeLines(pieces)) {
    // Among a million lines, only the matching line is parsed.
    const line = text.includes(needle) ? text.split('\n').find((each) => each.includes(needle)) : undefined;
    if (line === undefined) continue;
    if (isErasedRow(line)) throw erased(key);
    return readRowLine({ line, place: undefined }, 'in the record');
  }
  return undefined;
}

/** The text of each piece up to its last line break, and at the end the last line. */
async function* wholeLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const text = rest + decoder.decode(piece, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    yield text.slice(0, end);
    rest = text.slice(end);
  }
  yield rest;
}

const erased = (key: string): CreditctlError =>
  notApplied('refused', `The texts of the row "${key}" were erased from the record`, [
    `See what it did, and write the opposite by hand: creditctl history show ${valueArgs(key)}`,
  ]);
