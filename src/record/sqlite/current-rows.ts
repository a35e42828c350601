// Decodes the current write of a key from a row of `writes`, and a run from a row of `runs`.
import { integer, integerOrNull, type Row, text, textOrNull } from '../../database/driver.ts';
import { notApplied } from '../../errors.ts';
import { type CurrentRun, type CurrentWrite, stillReserves } from '../current-write.ts';
import type { FactAuthor, FactRunner, Reservation, WriteState } from '../facts.ts';

/** The column `held`: 1 while the reservation of the write counts, otherwise 0. */
export const heldOf = ({ reserves, state }: Pick<CurrentWrite, 'reserves' | 'state'>): number =>
  Number(reserves !== null && stillReserves(state));

/** A canonical JSON text: the fields of a runner in fixed order, so that equal runners have equal texts. */
export const runnerText = ({ machine, pid, started }: FactRunner): string =>
  JSON.stringify({ machine, pid, ...(started === undefined ? {} : { started }) });

export function currentWriteOf(row: Row): CurrentWrite {
  return {
    key: text(row, 'key'),
    attempt: integer(row, 'attempt'),
    state: text(row, 'state') as WriteState,
    noted: integer(row, 'noted'),
    ended: integerOrNull(row, 'ended'),
    version: integer(row, 'version'),
    fingerprint: text(row, 'fingerprint'),
    isNamed: integer(row, 'named') === 1,
    method: text(row, 'method'),
    who: text(row, 'who'),
    author: parsed<FactAuthor>(row, 'author'),
    runner: parsed<FactRunner>(row, 'runner'),
    apiKey: textOrNull(row, 'api_key'),
    notedAt: integer(row, 'noted_at'),
    ledgerAt: textOrNull(row, 'ledger_at'),
    leaseUntil: integer(row, 'lease_until'),
    customer: textOrNull(row, 'customer'),
    reserves: reservesIn(row),
    batch: textOrNull(row, 'batch'),
    row: integerOrNull(row, 'row'),
    notedRun: integerOrNull(row, 'noted_run'),
    run: integerOrNull(row, 'run'),
    undoes: textOrNull(row, 'undoes'),
    toFollow: integer(row, 'to_follow'),
    approvedBy: parsed<readonly string[]>(row, 'approved_by'),
    endedAt: integerOrNull(row, 'ended_at'),
    endedBy: textOrNull(row, 'ended_by'),
    status: integerOrNull(row, 'status'),
    requestId: textOrNull(row, 'request_id'),
    isReplayed: integer(row, 'replayed') === 1,
    isFound: integer(row, 'found') === 1,
    entry: textOrNull(row, 'entry'),
    block: textOrNull(row, 'block'),
    amount: textOrNull(row, 'amount'),
    acknowledgedAt: integerOrNull(row, 'acknowledged_at'),
  };
}

export function reservesIn(row: Row): Reservation | null {
  const customer = textOrNull(row, 'holder');
  if (customer === null) return null;
  return {
    customer,
    currency: text(row, 'currency'),
    day: text(row, 'day'),
    amount: text(row, 'reserved'),
  };
}

/** Reads runs, for `runOf`. */
export const selectRuns = `SELECT *, (SELECT json_extract(e.body, '$.ledger_at') FROM events AS e
  WHERE e.account = r.account AND e.seq = r.begun) AS ledger_at FROM runs AS r`;

export const runOf = (row: Row): CurrentRun => ({
  batch: text(row, 'batch'),
  run: integer(row, 'run'),
  begun: integer(row, 'begun'),
  apiKey: textOrNull(row, 'api_key'),
  plan: text(row, 'plan'),
  rows: integer(row, 'rows'),
  isUndo: integer(row, 'is_undo') === 1,
  who: text(row, 'who'),
  author: required<FactAuthor>(row, 'author'),
  runner: required<FactRunner>(row, 'runner'),
  begunAt: integer(row, 'begun_at'),
  ledgerAt: textOrNull(row, 'ledger_at'),
  leaseUntil: integer(row, 'lease_until'),
  endedAt: integerOrNull(row, 'ended_at'),
  counts: parsed(row, 'counts'),
  approvedBy: required<readonly string[]>(row, 'approved_by'),
});

/** The JSON value of a column that only this program writes. Throws a `refused` error if it is not valid JSON. */
export function parsed<Of>(row: Row, column: string): Of | null {
  const json = textOrNull(row, column);
  if (json === null) return null;
  try {
    return JSON.parse(json) as Of;
  } catch {
    throw notApplied('refused', `The record was changed by hand: ${column} holds no JSON`, [
      'creditctl history verify',
    ]);
  }
}

function required<Of>(row: Row, column: string): Of {
  const value = parsed<Of>(row, column);
  if (value === null) throw new TypeError(`column ${column} holds nothing`);
  return value;
}
