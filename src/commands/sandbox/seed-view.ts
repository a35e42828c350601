// Defines the view of `sandbox seed`: what was added, and how fast.
import { plainColumn, rowOf, viewOf } from '../../output/view.ts';

export interface SandboxLoad {
  readonly customers: number;
  readonly entries: number;
  readonly seed: number;
  /** Prefix of the external ids, which 1, 2, … follow. */
  readonly external_id_prefix: string;
  readonly seconds: number;
}

export const sandboxLoadRow = rowOf<SandboxLoad>;

const names = ['customers', 'entries', 'seed', 'external_id_prefix', 'seconds'] as const;

export const sandboxLoadView = viewOf<SandboxLoad>({
  columns: names.map((name) => plainColumn<SandboxLoad>(name)),
  none: 'nothing was added',
});
