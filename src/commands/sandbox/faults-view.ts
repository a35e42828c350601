// Defines the view of `sandbox faults`: the faults that are set, one row per kind.
import { numberColumn, plainColumn, type Row, rowOf, viewOf } from '../../output/view.ts';

export interface FaultRow {
  readonly kind: string;
  /** From 0 (never) to 1 (every request). */
  readonly probability: number;
  readonly seed: number;
}

export function faultRows(
  plan: { readonly seed: number; readonly probabilities: Readonly<Record<string, number>> } | undefined,
): readonly Row<FaultRow>[] {
  if (plan === undefined) return [];
  return Object.entries(plan.probabilities).map(([kind, probability]) =>
    rowOf<FaultRow>({ kind, probability, seed: plan.seed }),
  );
}

export const faultsView = viewOf<FaultRow>({
  columns: [plainColumn('kind'), numberColumn('probability'), numberColumn('seed', 1)],
  none: 'No faults are set.',
});
