// Turns a filter of writes into an SQL condition, and names its index so that SQLite does not have to guess.
import { type Database, integer, text, type Value } from '../../database/driver.ts';
import type { WriteState } from '../facts.ts';
import type { CountFilter, WriteFilter } from '../record.ts';
import {
  by,
  type Condition,
  type ListCondition,
  type Order,
  ofLastPart,
  partsWith,
  undoings,
} from './read-writes.ts';

/** The condition of a filter. Rows of batches are included only with `withRows`, `batch` or `undoes`. */
export function conditionOf(database: Database, account: number, filter: WriteFilter): ListCondition {
  const { who, block, batch, run, states, withRows, undoes, isUndo, isUndone, isReported } = filter;
  const time = timeParts(database, account, filter);
  // No index is named with a condition that is never true: SQLite uses no index there, and rejects an unused INDEXED BY.
  if (states?.length === 0 || time === undefined)
    return { sql: '0', values: [], index: null, order: newestFirst };
  const isByHand = withRows !== true && batch === undefined && undoes === undefined;
  const whose = ofCustomer(filter);
  const all: readonly Term[] = [
    ...(isByHand ? [['w.batch IS NULL'] as const] : []),
    ...(who === undefined ? [] : [['w.who = ?', who] as const]),
    ...time,
    ...whose,
    ...(block === undefined ? [] : [['w.block = ?', block] as const]),
    ...(batch === undefined ? [] : [['w.batch = ?', batch] as const]),
    ...(run === undefined ? [] : [['w.run = ?', run] as const]),
    ...(undoes === undefined ? [] : [['w.undoes = ?', undoes] as const]),
    ...(isUndo === undefined ? [] : [[`w.undoes IS ${isUndo ? 'NOT ' : ''}NULL`] as const]),
    ...(isUndone === undefined ? [] : [undonePart(isUndone)]),
    ...(isReported === undefined ? [] : [['w.acknowledged_at IS NULL'] as const]),
    ...(states === undefined ? [] : [statesPart(states)]),
  ];
  const index = indexFor(filter, isByHand);
  const found = { ...joined(all), index, order: index === byReserved ? latestDayFirst : newestFirst };
  if (index !== byCustomer && index !== byReserved) return found;
  const any = { ...joined([...whose, ...time.slice(0, 1)]), index };
  return { ...found, parts: partsWith(database, account, any) };
}

/** One SQL condition, with its values. */
type Term = readonly [string, ...Value[]];

const undonePart = (isUndone: Exclude<WriteFilter['isUndone'], undefined>): Term => [
  `${isUndone === false ? 'NOT ' : ''}EXISTS (SELECT 1 ${undoings} ${isUndone === 'in part' ? '' : ofLastPart})`,
];

const ofCustomer = ({ customer, holder }: WriteFilter): readonly Term[] => [
  ...(customer === undefined ? [] : [['w.customer = ?', customer] as const]),
  ...(holder === undefined ? [] : [['w.holder = ? AND w.held = 1', holder] as const]),
];

const joined = (all: readonly Term[]): Pick<Condition, 'sql' | 'values'> => ({
  sql: all.length === 0 ? '1' : all.map(([sql]) => sql).join(' AND '),
  values: all.flatMap(([, ...values]) => values),
});

const byReserved = 'writes_by_reserved';
const byCustomer = 'writes_by_customer';

const newestFirst: Order = { columns: ['noted'], placeOf: ({ noted }) => [noted] };

/** The order of the index that sums a customer's day. An index by time alone would slow down each row of a batch. */
const latestDayFirst: Order = {
  columns: ['day', 'currency', 'reserved', 'noted'],
  placeOf: ({ reserves: of, noted }) => [of?.day ?? null, of?.currency ?? null, of?.amount ?? null, noted],
};

/** The index with the fewest matches; `null` for the table itself, which is in the order of the list. */
function indexFor(
  { who, customer, holder, batch, states, undoes }: WriteFilter,
  isByHand: boolean,
): string | null {
  if (undoes !== undefined) return 'writes_by_undone';
  if (customer !== undefined) return byCustomer;
  if (holder !== undefined) return byReserved;
  if (states?.length === 1 && isRare(states)) return 'writes_by_state';
  if (batch !== undefined) return 'writes_by_batch';
  if (states !== undefined && isRare(states)) return 'writes_by_state';
  if (who !== undefined) return 'writes_by_who';
  return isByHand ? 'writes_by_hand' : null;
}

/** Writes in any state but `settled` are few, and have an index of their own. */
const isRare = (states: readonly string[]): boolean => states.length > 0 && !states.includes('settled');

function statesPart(states: readonly string[]): Term {
  const places = states.map(() => '?').join(', ');
  return [`w.state IN (${places})${isRare(states) ? " AND w.state <> 'settled'" : ''}`, ...states];
}

/** Limits a time range to the events between its first and last link. `undefined` if no link has a time in the range. */
function timeParts(
  database: Database,
  account: number,
  { from, until }: WriteFilter,
): readonly Term[] | undefined {
  if (from === undefined && until === undefined) return [];
  const [least, most] = [
    from === undefined ? Number.MIN_SAFE_INTEGER : Date.parse(from),
    until === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(until),
  ];
  const row = database
    .prepare(
      'SELECT min(first) AS first, max(last) AS last FROM links WHERE account = ? AND at >= ? AND at < ?',
    )
    .get(account, least, most);
  if (row === undefined || row.first === null) return undefined;
  return [
    ['w.noted BETWEEN ? AND ?', integer(row, 'first'), integer(row, 'last')],
    ['w.noted_at >= ? AND w.noted_at < ?', least, most],
  ];
}

/** The number of matching writes by state. Settled writes are counted as the total minus the others. */
export function countsOf(
  database: Database,
  account: number,
  filter: CountFilter,
): ReadonlyMap<WriteState, number> {
  const { states } = filter;
  if (states !== undefined) return grouped(database, account, filter);
  const rare = grouped(database, account, {
    ...filter,
    states: ['noted', 'unknown', 'refused', 'absent', 'unsent'],
  });
  const { sql, values, index } = inItsParts(conditionOf(database, account, filter));
  const row = database
    .prepare(`SELECT count(*) AS count FROM writes AS w ${by(index)} WHERE w.account = ? AND ${sql}`)
    .get(account, ...values);
  const settled = [...rare.values()].reduce((left, count) => left - count, row ? integer(row, 'count') : 0);
  return settled === 0 ? rare : new Map([...rare, ['settled', settled]]);
}

function grouped(database: Database, account: number, filter: CountFilter): ReadonlyMap<WriteState, number> {
  const condition = conditionOf(database, account, filter);
  const ofStates = { ...condition, index: 'writes_by_state' };
  const { sql, values, index } = isRare(filter.states ?? []) ? ofStates : inItsParts(condition);
  const rows = database
    .prepare(
      `SELECT w.state, count(*) AS count FROM writes AS w ${by(index)} WHERE w.account = ? AND ${sql} GROUP BY w.state`,
    )
    .all(account, ...values);
  return new Map(rows.map((row) => [text(row, 'state') as WriteState, integer(row, 'count')]));
}

/** The condition for a whole list at once, in any order. */
function inItsParts({ sql, values, index = null, parts }: ListCondition): Condition {
  if (parts === undefined) return { sql, values, index };
  return {
    sql: `w.noted >> 15 IN (SELECT value FROM json_each(?)) AND ${sql}`,
    values: [JSON.stringify(parts), ...values],
    index,
  };
}
