// Defines columns that several views share: instants, expiries, balances, metadata and filters.

import type { BlockFilter } from '../credits/customer.ts';
import {
  type Amount,
  distance,
  type Instant,
  isNegative,
  isZero,
  minuteText,
  parseInstant,
} from '../credits/exact.ts';
import { cellJson } from '../output/cell-json.ts';
import type { Column, ShowContext, Shown } from '../output/view.ts';

type Named<R> = Pick<Column<R>, 'name' | 'header' | 'hideRank'>;

/** A column of instants, shown to a person in a short form. */
export function instantColumn<R>(named: Named<R>, at: (record: R) => string | null | undefined): Column<R> {
  return {
    ...named,
    text: (record) => at(record) ?? '',
    show: (record, context) => ({ text: shownInstant(at(record) ?? '', context) }),
  };
}

/** A column of a customer's external id. */
export const externalIdColumn = <
  R extends { readonly customer: { readonly external_customer_id: string | null } | null },
>(
  hideRank: number,
): Column<R> => ({
  name: 'customer.external_customer_id',
  header: 'customer',
  hideRank,
  text: ({ customer }) => customer?.external_customer_id ?? '',
});

/** A column of credits in which negative and zero balances stand out. */
export const balanceColumn = <R>(named: Named<R>, of: (record: R) => Amount): Column<R> => ({
  ...named,
  align: 'right',
  text: of,
  show: (record) => shownBalance(of(record)),
});

/** A column of metadata: JSON for programs, `key=value` for people. */
export function metadataColumn<R extends { readonly metadata: Readonly<Record<string, string>> }>(
  named: Named<R>,
): Column<R> {
  return {
    ...named,
    shortens: true,
    text: ({ metadata }) => (Object.keys(metadata).length === 0 ? '' : cellJson(metadata)),
    show: ({ metadata }) => ({
      text: Object.entries(metadata)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    }),
  };
}

/** A column of block filters: JSON for programs, `item_id includes a or b` for people. */
export function filtersColumn<R>(named: Named<R>, filters: (record: R) => readonly BlockFilter[]): Column<R> {
  return {
    ...named,
    shortens: true,
    text: (record) => (filters(record).length === 0 ? '' : cellJson(filters(record).map(asJson))),
    show: (record) => ({ text: filters(record).map(sentence).join(', ') }),
  };
}

const asJson = ({ field, operator, values }: BlockFilter) => ({ field, operator, values });

const sentence = ({ field, operator, values }: BlockFilter): string =>
  `${field} ${operator} ${values.join(' or ')}`;

/** Credits that expire within this time are highlighted. */
const soon = 30 * 24 * 3_600_000;

/** An instant in the customer's zone: `2027-01-31` or `2027-01-31 15:00`; without a zone, `2027-01-31 08:00Z`. */
export function shownInstant(text: string, { local }: Pick<ShowContext, 'local'> = {}): string {
  const at = parseInstant(text);
  return (at === undefined ? undefined : local?.text(at)) ?? minuteText(text);
}

/** An expiry with its distance: `2027-01-31, in 12 days`; `never` without one. */
export function shownExpiry(text: string | null, context: ShowContext): Shown {
  if (text === null) return { text: 'never', meaning: 'muted' };
  const { now } = context;
  const at = parseInstant(text);
  if (at === undefined) return { text };
  // No distance for an expired block: it would be the widest cell of the column, for the blocks that matter least.
  if (at <= now) return { text: `${shownInstant(text, context)}, expired`, meaning: 'bad' };
  const shown = { text: `${shownInstant(text, context)}, ${farText(at, context)}` };
  return at - now <= soon ? { ...shown, meaning: 'warning' } : shown;
}

/** The instant from which credits can be drawn, with its distance if it is in the future. */
export function shownEffective(text: string | null, context: ShowContext): Shown {
  if (text === null) return { text: 'always', meaning: 'muted' };
  const at = parseInstant(text);
  if (at === undefined || at <= context.now) return { text: shownInstant(text, context) };
  return { text: `${shownInstant(text, context)}, ${farText(at, context)}`, meaning: 'warning' };
}

const farText = (at: Instant, { now, local }: ShowContext): string =>
  local?.distance(at, now) ?? distance(at, now);

export function shownBalance(balance: Amount): Shown {
  if (isNegative(balance)) return { text: balance, meaning: 'bad' };
  return isZero(balance) ? { text: balance, meaning: 'muted' } : { text: balance };
}
