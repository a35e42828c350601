// Defines the view of `sandbox faults`: the faults that are set, one row per kind.
import { type Row, viewOf } from '../../output/view.ts';

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
  return Object.entries(plan.probabilities).map(([kind, probability]) => {
    const record = { kind, probability, seed: plan.seed };
    return { record, document: record };
  });
}

export const faultsView = viewOf<FaultRow>({
  columns: [
    { name: 'kind', text: ({ kind }) => kind },
    { name: 'probability', align: 'right', text: ({ probability }) => String(probability) },
    { name: 'seed', align: 'right', hideRank: 1, text: ({ seed }) => String(seed) },
  ],
  none: 'No faults are set.',
});
