// What became of the rows of a batch once it was taken back: what stands in the ledgers now says it, whoever did what.

import { CreditctlError } from '../../errors.ts';
import { streamConcurrently } from '../../platform/concurrency.ts';
import type { UndoAccount } from './accounts.ts';
import { type RowUndo, type UndoContext, undoOf } from './inverse-rows.ts';
import { widthOf } from './preview.ts';
import { UndoSums } from './summary.ts';

export interface UndoOutcome {
  readonly sums: UndoSums;
  /** Rows that could be taken back further, or of which nobody could look whether they can. */
  readonly left: number;
  /** Why some could not be looked at. */
  readonly unseenFor: CreditctlError | undefined;
}

const movedOn =
  'The ledger moved after the sums were shown, and more would be taken back than was agreed to: run it again.';
const unseen =
  'They could not be looked at again after the writes, and count as not taken back: run it again.';

export interface UndoneSoFar {
  /** The accounts of which more would have been taken back than was agreed to. */
  readonly leftOut: ReadonlySet<UndoAccount>;
  /** Why writes were refused for good, by their keys. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly context: UndoContext;
}

export async function outcomeOf(
  accounts: readonly UndoAccount[],
  { leftOut, refusals, context }: UndoneSoFar,
): Promise<UndoOutcome> {
  const sums = new UndoSums();
  let seen = 0;
  let unseenFor: CreditctlError | undefined;
  const look = async (account: UndoAccount) => {
    const rows = await undoOf(account, context);
    return { account, rows: rows.map((row) => withoutRefused(row, refusals)) };
  };
  try {
    for await (const { account, rows } of streamConcurrently(accounts, widthOf(context), look)) {
      for (const row of rows) sums.add(row);
      seen += rows.length;
      if (leftOut.has(account))
        sums.addReason(movedOn, rows.filter(({ writes }) => writes.length > 0).length);
    }
  } catch (error) {
    // What was done has to be told all the same.
    if (!(error instanceof CreditctlError)) throw error;
    unseenFor = error;
  }
  const blind = rowsIn(accounts) - seen;
  sums.addReason(unseen, blind);
  return { sums, left: sums.left + blind, unseenFor };
}

/** A row of which only refused writes are left goes no further, and says why. */
function withoutRefused(row: RowUndo, refusals: ReadonlyMap<string, string>): RowUndo {
  const reasons = row.writes.map(({ key }) => refusals.get(key));
  const said = reasons.filter((reason) => reason !== undefined);
  if (said.length === 0 || said.length < reasons.length) return row;
  return { ...row, writes: [], cannot: [...row.cannot, ...new Set(said)] };
}

const rowsIn = (accounts: readonly UndoAccount[]): number =>
  accounts.flatMap(({ places }) => places).reduce((sum, { starts }) => sum + starts.length, 0);
