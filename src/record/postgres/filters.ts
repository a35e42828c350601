// A filter of writes as a condition of SQL; each part of it but the block has an index. Pure.
import type { WriteFilter } from '../record.ts';
import { literal } from './values.ts';

/** The condition of a filter, on `w`. */
export function filterCondition(account: number, filter: WriteFilter): string {
  const { who, customer, holder, block, batch, run, states, withRows, undoes, isUndo, isUndone } = filter;
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
    ...(isUndone === undefined ? [] : [`w.undone_by is ${isUndone ? 'not ' : ''}null`]),
  ].join(' and ');
}

/** Only a list of the states themselves is one that the indexes of the rare states are known to have all of. */
const statesPart = (states: readonly string[]): string =>
  states.length === 0 ? 'false' : `w.state in (${states.map(literal).join(', ')})`;

/**
 * What was noted within a time lies between the first and the last link of it, wherever the clock was set. Of the links in
 * order each end is one look into an index; of those that are back, which are few, all within the time are read.
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
