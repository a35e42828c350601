// Defines the view of `sandbox units`: the units that a ledger can use, one row per unit or currency.
import { type Row, viewOf } from '../../output/view.ts';

export interface UnitRow {
  /** The unit, as `--currency` takes it. */
  readonly id: string;
  /** `given`: a built-in pricing unit. `added`: a pricing unit that was added. `currency`: of ISO 4217. */
  readonly kind: 'given' | 'added' | 'currency';
}

export function unitRows(units: readonly UnitRow[]): readonly Row<UnitRow>[] {
  return units.map(({ id, kind }) => ({ record: { id, kind }, document: { id, kind } }));
}

export const unitsView = viewOf<UnitRow>({
  columns: [
    { name: 'id', header: 'unit', text: ({ id }) => id },
    { name: 'kind', text: ({ kind }) => kind },
  ],
  none: 'There are no units.',
});
