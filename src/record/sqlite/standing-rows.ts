// How a key stands, as a row of the table `writes`, and back.
import { integer, integerOrNull, type Row, text, textOrNull, type Value } from '../../database/driver.ts';
import { CreditctlError } from '../../errors.ts';
import type { FactAuthor, FactRunner, Reservation, WriteState } from '../facts.ts';
import { holds, type Standing } from '../standing.ts';

/** The columns of `writes` that stay as they are within an attempt, and those that change. */
const fixedColumns = [
  'noted',
  'key',
  'attempt',
  'fingerprint',
  'named',
  'method',
  'who',
  'author',
  'api_key',
  'noted_at',
  'ledger_at',
  'customer',
  'holder',
  'currency',
  'day',
  'reserved',
  'batch',
  'row',
  'noted_run',
  'undoes',
  'to_follow',
  'approved_by',
] as const;
const changingColumns = [
  'state',
  'held',
  'version',
  'runner',
  'run',
  'lease_until',
  'ended',
  'ended_at',
  'ended_by',
  'status',
  'request_id',
  'replayed',
  'found',
  'entry',
  'block',
  'amount',
  'acknowledged_at',
] as const;

/** A statement with its values, after those of the account. */
export interface Change {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Columns that hold nothing are left out: a row of a batch has few. */
export function insertionOf(standing: Standing): Change {
  const all = [...fixedValues(standing), ...changingValues(standing)];
  return {
    sql: insertionFor(all.map((value) => (value === null ? '-' : '+')).join('')),
    values: all.filter((value) => value !== null),
  };
}

/** Only what differs is written, so that no index is touched for nothing. */
export function updateOf(before: Standing, after: Standing): Change {
  const was = changingValues(before);
  const is = changingValues(after);
  const differs = (value: Value, at: number): boolean => value !== was[at];
  return {
    sql: updateFor(is.map((value, at) => (differs(value, at) ? '+' : '-')).join('')),
    values: is.filter(differs),
  };
}

const insertionFor = remembered((columns) => {
  const names = [...fixedColumns, ...changingColumns].filter((_, at) => columns[at] === '+');
  return `INSERT INTO writes (account, ${names.join(', ')}) VALUES (?${', ?'.repeat(names.length)})`;
});
const updateFor = remembered((columns) => {
  const names = changingColumns.filter((_, at) => columns[at] === '+');
  return `UPDATE writes SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE account = ? AND noted = ?`;
});

/** Rows of a batch are alike, so few statements are made. @param columns a `+` for each that is in it */
function remembered(make: (columns: string) => string): (columns: string) => string {
  const made = new Map<string, string>();
  return (columns) => {
    const known = made.get(columns);
    if (known !== undefined) return known;
    const sql = make(columns);
    made.set(columns, sql);
    return sql;
  };
}

const fixedValues = (standing: Standing): readonly Value[] => [
  standing.noted,
  standing.key,
  standing.attempt,
  standing.fingerprint,
  Number(standing.isNamed),
  standing.method,
  standing.who,
  standing.author === null ? null : JSON.stringify(standing.author),
  standing.apiKey,
  standing.notedAt,
  standing.ledgerAt,
  standing.customer,
  standing.reserves?.customer ?? null,
  standing.reserves?.currency ?? null,
  standing.reserves?.day ?? null,
  standing.reserves?.amount ?? null,
  standing.batch,
  standing.row,
  standing.notedRun,
  standing.undoes,
  standing.toFollow,
  standing.approvedBy === null ? null : JSON.stringify(standing.approvedBy),
];

const changingValues = (standing: Standing): readonly Value[] => [
  standing.state,
  heldOf(standing),
  standing.version,
  standing.runner === null ? null : runnerText(standing.runner),
  standing.run,
  standing.leaseUntil,
  standing.ended,
  standing.endedAt,
  standing.endedBy,
  standing.status,
  standing.requestId,
  Number(standing.isReplayed),
  Number(standing.isFound),
  standing.entry,
  standing.block,
  standing.amount,
  standing.acknowledgedAt,
];

/** 1 where what it reserved counts. */
export const heldOf = ({ reserves, state }: Pick<Standing, 'reserves' | 'state'>): number =>
  Number(reserves !== null && holds(state));

/** One text for one process, whatever the order of its fields. */
export const runnerText = ({ machine, pid, started }: FactRunner): string =>
  JSON.stringify({ machine, pid, ...(started === undefined ? {} : { started }) });

export function standingOf(row: Row): Standing {
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

/** A column that only this file writes. Throws a `refused` error if somebody else wrote something else. */
export function parsed<Of>(row: Row, column: string): Of | null {
  const json = textOrNull(row, column);
  if (json === null) return null;
  try {
    return JSON.parse(json) as Of;
  } catch {
    throw new CreditctlError('refused', `The record was changed by hand: ${column} holds no JSON`, {
      ...{ applied: 'no', next: ['creditctl history verify'] },
    });
  }
}

export function required<Of>(row: Row, column: string): Of {
  const value = parsed<Of>(row, column);
  if (value === null) throw new TypeError(`column ${column} holds nothing`);
  return value;
}
