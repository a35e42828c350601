// Defines the view of `sandbox units`: the units that a ledger can use, one row per unit or currency.
import { plainColumn, rowOf, viewOf } from '../../output/view.ts';

export interface UnitRow {
  /** The unit, as `--currency` takes it. */
  readonly id: string;
  /** `given`: a built-in pricing unit. `added`: a pricing unit that was added. `currency`: of ISO 4217. */
  readonly kind: 'given' | 'added' | 'currency';
}

export const unitRow = rowOf<UnitRow>;

export const unitsView = viewOf<UnitRow>({
  columns: [{ ...plainColumn('id'), header: 'unit' }, plainColumn('kind')],
  none: 'There are no units.',
});
