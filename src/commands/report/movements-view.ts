// Defines the view of movements: a row for each customer, currency and period, which adds up from opening to closing.
import type { CalendarDate } from '../../credits/calendar.ts';
import type { Amount } from '../../credits/exact.ts';
import { type Column, type Row, viewOf } from '../../output/view.ts';
import { type MovementRow, type MovementSums, movementKinds } from '../../reports/movements.ts';
import { shownBalance } from '../../views/column-kinds.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';

export interface LedgerMovementRow extends MovementRow {
  /** The external id, or `id:…`. */
  readonly customer: string;
  readonly currency: string;
  /** The customer's own currency, which cost bases are in; `null` if the customer has no currency yet. */
  readonly valueCurrency: string | null;
  /** The first and the last day of the report, either of which may cut a period. */
  readonly since: CalendarDate;
  readonly until: CalendarDate;
  /** The last day of the report that was over when the report was made. */
  readonly completeUntil: CalendarDate;
}

/** @param isGrouped whether the row has a column `group` */
export function movementRow(row: LedgerMovementRow, isGrouped: boolean): Row<LedgerMovementRow> {
  const { customer, currency, period, group, since, until } = row;
  const document = {
    customer,
    currency,
    period: period.name,
    ...(isGrouped ? { group } : {}),
    ...movementFields(row),
    value_currency: row.valueCurrency,
    since,
    until,
    complete_until: row.completeUntil,
  };
  return { record: row, document };
}

/** The amounts as JSON, in the order in which they add up. */
export function movementFields(sums: Sums): JsonObject {
  const values = movementKinds.map((kind) => [`${kind}_value`, jsonNumber(sums.values[kind])] as const);
  return {
    ...Object.fromEntries(amountNames.map((name) => [name, jsonNumber(sums[name])])),
    pending: sums.pending,
    ...Object.fromEntries(values),
  };
}

/** The amounts by their names, without pending entries. */
export const movementAmounts = (sums: Sums): ReadonlyMap<string, Amount> =>
  new Map([
    ...amountNames.map((name) => [name, sums[name]] as const),
    ...movementKinds.map((kind) => [`${kind}_value`, sums.values[kind]] as const),
  ]);

export const amountNames = [
  ...(['opening', 'granted', 'used', 'expired', 'voided', 'amended', 'other', 'closing'] as const),
];
export const valueNames = movementKinds.map((kind) => `${kind}_value`);

/** Rank of columns that a table shows only on request. */
const firstHidden = 9;

type Sums = MovementSums & { readonly opening: Amount; readonly closing: Amount };

/** The columns of the amounts, for every record that has these amounts. */
export const movementColumns: readonly Column<Sums>[] = [
  ...amountNames.map((name) => amountColumn(name, (sums) => sums[name])),
  { name: 'pending', align: 'right', hideRank: 5, text: ({ pending }) => String(pending) },
  ...movementKinds.map((kind) => ({
    name: `${kind}_value`,
    align: 'right' as const,
    hideRank: firstHidden,
    text: ({ values }: Sums) => values[kind],
  })),
];

function amountColumn(name: string, amount: (sums: Sums) => Amount): Column<Sums> {
  return {
    name,
    align: 'right',
    hideRank: name === 'opening' || name === 'closing' ? 1 : 2,
    text: amount,
    show: (sums) => shownBalance(amount(sums)),
  };
}

const group: Column<LedgerMovementRow> = {
  name: 'group',
  shortens: true,
  text: (row) => row.group ?? '',
};

const columns: readonly Column<LedgerMovementRow>[] = [
  { name: 'customer', text: ({ customer }) => customer },
  { name: 'currency', hideRank: 3, isUnit: true, text: ({ currency }) => currency },
  { name: 'period', text: ({ period }) => period.name },
  ...movementColumns,
  { name: 'value_currency', hideRank: firstHidden, text: ({ valueCurrency }) => valueCurrency ?? '' },
  ...(['since', 'until'] as const).map((name) => ({
    name,
    hideRank: firstHidden,
    text: (row: LedgerMovementRow) => row[name],
  })),
  {
    name: 'complete_until',
    header: 'complete until',
    hideRank: firstHidden,
    text: ({ completeUntil }) => completeUntil,
  },
];

const movementsViewOf = (all: readonly Column<LedgerMovementRow>[]) =>
  viewOf({
    columns: all,
    usual: all.filter(({ hideRank = 0 }) => hideRank < firstHidden).map(({ name }) => name),
    none: 'no movements in these days',
  });

export const movementsView = movementsViewOf(columns);

/** The view for `--group`. */
export const groupedMovementsView = movementsViewOf([...columns.slice(0, 3), group, ...columns.slice(3)]);
