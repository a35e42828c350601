// Sets, shows and clears the fault plan, which `server/faults.ts` applies to requests.
import { type FaultKind, type FaultPlan, faultKinds } from '../server/faults.ts';
import type { Settings } from '../store/settings.ts';

export interface FaultSettings {
  /** All fault kinds, in the order in which they strike a request. */
  readonly kinds: readonly FaultKind[];
  /** The fault plan; `undefined` if faults are off. */
  readonly plan: () => FaultPlan | undefined;
  /** Replaces the plan and restarts its draws from the first one. */
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

/** @param value a text that `set` wrote */
export function readPlan(value: string): FaultPlan {
  return JSON.parse(value) as FaultPlan;
}
