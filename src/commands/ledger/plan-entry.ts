// `ledger add --plan <file>`: makes a plan of one row, to be signed and applied, instead of writing the entry.
import { planSigned, signedPlanProblems } from '../../batch/approval/sign-plan.ts';
import { customerColumns } from '../../batch/input/csv-header.ts';
import { newBatchNameProblem } from '../../batch/input/row-key.ts';
import type { Problem } from '../../errors.ts';
import { checkOutput, type SwitchFlags, type TextFlags } from '../../runtime/show.ts';
import { writeJson } from '../../wire/json.ts';
import type { CommandContext } from '../../writes/execute.ts';
import type { EntryPlan } from '../../writes/write-entry.ts';
import { planAccountsView, planSummaryView, showMadePlan } from '../plan-view.ts';

export type EntryPlanFlags = TextFlags<'plan' | 'key' | 'body'> & SwitchFlags<'sign' | 'force'>;

export interface EntryPlanner extends EntryPlan {
  readonly problems: readonly Problem[];
}

/** Each plan is a batch of its own, because two equal grants are two; the same `--idempotency-key` makes one batch. */
export function entryPlanner(plan: string, { flags, runtime }: CommandContext<EntryPlanFlags>): EntryPlanner {
  const { idempotencyKey, dryRun, body = '-' } = flags;
  const choice = checkOutput(flags, planAccountsView, planSummaryView);
  const planFlags = { ...flags, out: plan, outFlag: '--plan', inputs: [body] };
  const problem = idempotencyKey === undefined ? undefined : newBatchNameProblem(idempotencyKey);
  return {
    choice,
    problems: [
      ...(dryRun === true ? [{ where: '--dry-run', problem: 'cannot be used with --plan' }] : []),
      ...(problem === undefined ? [] : [{ where: '--idempotency-key', problem }]),
      ...signedPlanProblems(source, planFlags, runtime),
    ],
    make: async (customer, entry) => {
      const batchId = idempotencyKey ?? `entry-${runtime.system.newKey()}`;
      const line = writeJson({ [customerColumns[customer.by]]: customer.id, ...entry });
      const planned = await planSigned(fileOf(line), { ...planFlags, batchId }, runtime);
      await showMadePlan(planned, { plan, choice, flags, runtime });
    },
  };
}

/** Name of the input in the plan. */
const source = 'ledger add';

/** An input file with one row. */
const fileOf = (line: string) => ({
  name: source,
  format: 'ndjson' as const,
  chunks: async function* () {
    yield Buffer.from(`${line}\n`);
  },
  close: () => {},
});
