// `batch plan <file> --out <plan>`: checks every row of a file and writes a plan of exactly what applying does.
import { planSigned, type SignedPlanFlags } from '../../batch/approval/sign-plan.ts';
import { checkOutput, type ReadCommand, type SwitchFlags } from '../../runtime/show.ts';
import { planAccountsView, planSummaryView, showMadePlan } from '../plan-view.ts';

export const run: ReadCommand<SignedPlanFlags & SwitchFlags<'full'>> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, planAccountsView, planSummaryView);
  const planned = await planSigned(args[0], flags, runtime);
  await showMadePlan(planned, { plan: flags.out ?? '', choice, flags, runtime });
};
