// `batch plan <file> --out <plan>`: checks every row of a file and writes a plan of exactly what applying does.
import { planSigned, type SignedPlanFlags } from '../../batch/approval/sign-plan.ts';
import { checkOutput, type ReadCommand } from '../../runtime/show.ts';
import { planAccountsView, planSummaryView, showMadePlan } from '../plan-view.ts';

export interface BatchPlanFlags extends SignedPlanFlags {
  /** Shows every customer, however many there are. */
  readonly full?: boolean;
}

export const run: ReadCommand<BatchPlanFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, planAccountsView, planSummaryView);
  const planned = await planSigned(args[0], flags, runtime);
  await showMadePlan(planned, { plan: flags.out ?? '', choice, flags, runtime });
};
