// The view of movements: a row a customer, currency and period, which adds up from opening to closing.
import type { Amount } from '../../credits/exact.ts';
import type { Column, Row, View } from '../../output/view.ts';
import { type MovementRow, type MovementSums, valuedKinds } from '../../reports/movements.ts';
import { shownBalance } from '../../views/column-kinds.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';

export interface LedgerMovementRow extends MovementRow {
  /** The external id, or `id:…`. */
  readonly customer: string;
  readonly currency: string;
  /** The customer's own currency, in which a cost basis is; `null` if there is none yet. */
  readonly valueCurrency: string | null;
}

/** @param isGrouped whether the row has a column `group` */
export function movementRow(row: LedgerMovementRow, isGrouped: boolean): Row<LedgerMovementRow> {
  const { customer, currency, period, group } = row;
  const document = {
    customer,
    currency,
    period: period.name,
    ...(isGrouped ? { group } : {}),
    ...movementFields(row),
    value_currency: row.valueCurrency,
  };
  return { record: row, document };
}

/** The amounts as JSON, in the order in which they add up. */
export function movementFields(
  sums: MovementSums & { readonly opening: Amount; readonly closing: Amount },
): JsonObject {
  const values = valuedKinds.map((kind) => [`${kind}_value`, jsonNumber(sums.values[kind])] as const);
  return {
    ...Object.fromEntries(amountNames.map((name) => [name, jsonNumber(sums[name])])),
    pending: sums.pending,
    ...Object.fromEntries(values),
  };
}

export const amountNames = [
  ...(['opening', 'granted', 'used', 'expired', 'voided', 'amended', 'other', 'closing'] as const),
];
export const valueNames = valuedKinds.map((kind) => `${kind}_value`);

type Sums = MovementSums & { readonly opening: Amount; readonly closing: Amount };

/** The columns of the amounts, for whatever has them. */
export const movementColumns: readonly Column<Sums>[] = [
  ...amountNames.map((name) => amountColumn(name, (sums) => sums[name])),
  { name: 'pending', header: 'pending', align: 'right', yields: 5, text: ({ pending }) => String(pending) },
  ...valuedKinds.map((kind) => ({
    name: `${kind}_value`,
    header: `${kind} value`,
    align: 'right' as const,
    yields: 9,
    text: ({ values }: Sums) => values[kind],
  })),
];

function amountColumn(name: string, amount: (sums: Sums) => Amount): Column<Sums> {
  return {
    name,
    header: name,
    align: 'right',
    yields: name === 'opening' || name === 'closing' ? 1 : 2,
    text: amount,
    show: (sums) => shownBalance(amount(sums)),
  };
}

const group: Column<LedgerMovementRow> = {
  name: 'group',
  header: 'group',
  yields: 0,
  shortens: true,
  text: (row) => row.group ?? '',
};

const columns: readonly Column<LedgerMovementRow>[] = [
  { name: 'customer', header: 'customer', yields: 0, text: ({ customer }) => customer },
  { name: 'currency', header: 'currency', yields: 3, tellsApart: true, text: ({ currency }) => currency },
  { name: 'period', header: 'period', yields: 0, text: ({ period }) => period.name },
  ...movementColumns,
  {
    name: 'value_currency',
    header: 'value currency',
    yields: 9,
    text: ({ valueCurrency }) => valueCurrency ?? '',
  },
];

export const movementsView: View<LedgerMovementRow> = {
  columns,
  usual: ['customer', 'currency', 'period', ...amountNames, 'pending'],
  fields: columns.map(({ name }) => name),
  none: 'no movements in these days',
};

/** The same with `--group`. */
export const groupedMovementsView: View<LedgerMovementRow> = {
  columns: [...columns.slice(0, 3), group, ...columns.slice(3)],
  usual: ['customer', 'currency', 'period', 'group', ...amountNames, 'pending'],
  fields: [...columns.slice(0, 3), group, ...columns.slice(3)].map(({ name }) => name),
  none: movementsView.none,
};
