// `batch approve <plan>`: shows what a plan does, then signs the plan, so that it can be applied.
import { type ApproveFlags, approvePlan } from '../../batch/approval/approve.ts';
import { planCommand } from '../../requests/command-args.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { approvalRow, approvalView } from './approval-view.ts';

export const run: ReadCommand<ApproveFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, approvalView);
  const approved = await approvePlan(args[0], flags, runtime);
  const written = { isRepeatable: true };
  await show([approvalRow(approved)], { view: approvalView, shape: 'one', choice, written }, runtime);
  const { plan, batch, principal, fingerprint, signed, needed } = approved;
  const who = principal ?? `The key ${fingerprint}`;
  const isEnough = needed === null || signed.length >= needed;
  const verb = isEnough ? 'apply' : 'approve';
  const command = planCommand(verb, plan, runtime.where);
  const count = needed === null ? '' : ` (${signed.length} of ${needed} signatures)`;
  const next = isEnough ? `Apply it with: ${command}` : `Next, another person signs it: ${command}`;
  runtime.note({
    text: `✓ ${who} signed batch ${batch}${count}\n${next}`,
    data: { signed: { plan, batch, principal, key_fingerprint: fingerprint, signed_by: signed, needed } },
  });
};
