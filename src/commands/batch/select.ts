// `batch select … --out <plan>`: a plan for blocks or customers that meet conditions, such as all blocks that expire soon.
import { type SelectPlanFlags, selectPlan } from '../../batch/select/select.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { planAccountsView, planSummaryView } from '../plan-view.ts';
import { showMadePlan } from '../show-plan.ts';

export async function run(_: readonly string[], flags: SelectPlanFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, planAccountsView, planSummaryView);
  const planned = await selectPlan(flags, runtime);
  await showMadePlan(planned, { plan: flags.out ?? '', choice, flags }, runtime);
}
