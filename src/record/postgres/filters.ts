// Turns a filter of writes into an SQL condition; each part except the block has an index. Pure.
import type { WriteFilter } from '../record.ts';
import { literal } from './values.ts';

/** The SQL condition of a filter, on the table alias `w`. */
export function filterCondition(account: number, filter: WriteFilter): string {
  const { who, customer, holder, block, batch, run, states, withRows, undoes, isUndo, isUndone, isReported } =
    filter;
  const equal = (column: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`w.${column} = ${literal(value)}`];
  const byHash = (column: string, value: string | undefined): readonly string[] =>
    value === undefined
      ? []
      : [`hashtext(w.${column}) = hashtext(${literal(value)})`, ...equal(column, value)];
  return [
    `w.account = ${literal(account)}`,
    ...equal('who', who),
    ...byHash('customer', customer),
    ...byHash('reserve_customer', holder),
    ...(holder === undefined ? [] : ["w.state in ('noted', 'unknown', 'settled')"]),
    ...equal('block', block),
    ...byHash('batch', batch),
    ...(run === undefined ? [] : [`w.run = ${literal(run)}`]),
    ...equal('undoes', undoes),
    ...timeParts(account, filter),
    ...(states === undefined ? [] : [statesPart(states)]),
    ...(withRows === true || batch !== undefined || undoes !== undefined ? [] : ['w.batch is null']),
    ...(isUndo === undefined ? [] : [`w.undoes is ${isUndo ? 'not ' : ''}null`]),
    ...(isUndone === undefined ? [] : [undonePart(isUndone)]),
    ...(isReported === undefined ? [] : ['w.acknowledged_at is null']),
  ].join(' and ');
}

const undonePart = (isUndone: Exclude<WriteFilter['isUndone'], undefined>): string =>
  isUndone === 'in part'
    ? `exists (select 1 from creditctl.write u where u.account = w.account and u.undoes = w.key and u.state = 'settled')`
    : `w.undone_by is ${isUndone ? 'not ' : ''}null`;

/** The states are literals in SQL, so that the server can prove that a partial index of rare states has all matches. */
const statesPart = (states: readonly string[]): string =>
  states.length === 0 ? 'false' : `w.state in (${states.map(literal).join(', ')})`;

/**
 * The writes of a time range lie between its first and its last link, even if the clock was set back meanwhile. For links
 * in time order, each end is one index lookup. The few other links (`is_back`) of the range are all read.
 */
function timeParts(account: number, { from, until }: Pick<WriteFilter, 'from' | 'until'>): readonly string[] {
  if (from === undefined && until === undefined) return [];
  const notBefore = (column: string): string => `${column} >= ${literal(from ?? '-infinity')}::timestamptz`;
  const before = (column: string): string => `${column} < ${literal(until ?? 'infinity')}::timestamptz`;
  const links = `from creditctl.link l where l.account = ${literal(account)}`;
  const back = `${links} and l.is_back and ${notBefore('l.at')} and ${before('l.at')}`;
  const first = `select l.first ${links} and not l.is_back and ${notBefore('l.at')} order by l.at, l.link limit 1`;
  const last = `select l.last ${links} and not l.is_back and ${before('l.at')} order by l.at desc, l.link desc limit 1`;
  return [
    `w.noted_seq between least((${first}), (select min(l.first) ${back}))
      and greatest((${last}), (select max(l.last) ${back}))`,
    `${notBefore('w.noted_at')} and ${before('w.noted_at')}`,
  ];
}
