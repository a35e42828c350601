// The plan of faults as it is set, shown and cleared; the requests themselves meet it in `server/faults.ts`.
import { type FaultKind, type FaultPlan, faultKinds } from '../server/faults.ts';
import type { Settings } from '../store/settings.ts';

export interface FaultSettings {
  /** Every kind there is, in the order in which a request meets them. */
  readonly kinds: readonly FaultKind[];
  /** `undefined` if nothing goes wrong on purpose. */
  readonly plan: () => FaultPlan | undefined;
  /** Replaces the plan and begins it from the first draw. */
  readonly set: (plan: FaultPlan) => void;
  readonly clear: () => void;
}

export function faultSettings(settings: Settings): FaultSettings {
  return {
    kinds: faultKinds,
    plan: () => {
      const set = settings.get('faults');
      return set === undefined ? undefined : readPlan(set);
    },
    set: (plan) => settings.set({ faults: JSON.stringify(plan), 'faults-drawn': '0' }),
    clear: () => settings.set({ faults: undefined, 'faults-drawn': undefined }),
  };
}

/** @param value written by `set` */
export function readPlan(value: string): FaultPlan {
  return JSON.parse(value) as FaultPlan;
}
