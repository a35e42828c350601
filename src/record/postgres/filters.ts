// A filter of writes as a condition of SQL; each part of it has an index. Pure.
import type { WriteFilter } from '../record.ts';
import { literal } from './values.ts';

/** The condition of a filter, on `w`. */
export function filterCondition(account: number, filter: WriteFilter): string {
  const { who, customer, holder, batch, states, withRows, undoes, isUndo } = filter;
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
    ...byHash('batch', batch),
    ...equal('undoes', undoes),
    ...timeParts(account, filter),
    ...(states === undefined ? [] : [statesPart(states)]),
    ...(withRows === true || batch !== undefined || undoes !== undefined ? [] : ['w.batch is null']),
    ...(isUndo === undefined ? [] : [`w.undoes is ${isUndo ? 'not ' : ''}null`]),
  ].join(' and ');
}

/** Only a list of the states themselves is one that the indexes of the rare states are known to have all of. */
const statesPart = (states: readonly string[]): string =>
  states.length === 0 ? 'false' : `w.state in (${states.map(literal).join(', ')})`;

/** What was noted within a time lies between the first and the last link of it, wherever the clock was set. */
function timeParts(account: number, { from, until }: Pick<WriteFilter, 'from' | 'until'>): readonly string[] {
  if (from === undefined && until === undefined) return [];
  const within = (column: string): string =>
    `${column} >= ${literal(from ?? '-infinity')}::timestamptz and ${column} < ${literal(until ?? 'infinity')}::timestamptz`;
  const links = `from creditctl.link l where l.account = ${literal(account)} and ${within('l.at')}`;
  return [
    `w.noted_seq between (select min(l.first) ${links}) and (select max(l.last) ${links})`,
    within('w.noted_at'),
  ];
}
