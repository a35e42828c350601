// Sets, shows and clears the fault plan, which `server/faults.ts` applies to requests.
import { type FaultPlan, faultKinds } from '../server/faults.ts';
import type { Settings } from '../store/settings.ts';

export function faultSettings(settings: Settings) {
  return {
    /** All fault kinds, in the order in which they strike a request. */
    kinds: faultKinds,
    /** The fault plan; `undefined` if faults are off. */
    plan: (): FaultPlan | undefined => {
      const set = settings.get('faults');
      return set === undefined ? undefined : (JSON.parse(set) as FaultPlan);
    },
    /** Replaces the plan and restarts its draws from the first one. */
    set: (plan: FaultPlan): void => settings.set({ faults: JSON.stringify(plan), 'faults-drawn': '0' }),
    clear: (): void => settings.set({ faults: undefined, 'faults-drawn': undefined }),
  };
}
