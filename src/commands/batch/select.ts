// `batch select … --out <plan>`: makes a plan for blocks or customers that meet conditions, such as blocks that expire soon.
import { type SelectPlanFlags, selectPlan } from '../../batch/select/select.ts';
import { checkOutput, type ReadCommand } from '../../runtime/show.ts';
import { planAccountsView, planSummaryView, showMadePlan } from '../plan-view.ts';

export const run: ReadCommand<SelectPlanFlags> = async (_, flags, runtime) => {
  const choice = checkOutput(flags, planAccountsView, planSummaryView);
  const planned = await selectPlan(flags, runtime);
  await showMadePlan(planned, { plan: flags.out ?? '', choice, flags, runtime });
};
