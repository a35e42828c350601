// `batch plan <file> --out <plan>`: checks every row of a file and writes down exactly what applying it would do.

import { counted } from '../../batch/input/problem-report.ts';
import type { MadePlan } from '../../batch/plan/plan-drafting.ts';
import { accountDocument, totalsDocument } from '../../batch/plan/plan-lines.ts';
import { type PlanFlags, planBatch } from '../../batch/plan/planning.ts';
import { connectionWords, shellText } from '../../requests/command-text.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, showSummary } from '../../runtime/show.ts';
import { planAccountsView, planSummaryRow, planSummaryView } from './plan-view.ts';

export type BatchPlanFlags = PlanFlags;

export async function run(words: readonly string[], flags: BatchPlanFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, planAccountsView, planSummaryView);
  const made = await planBatch(words[0], flags, runtime);
  const { header, end, accounts } = made;
  const documents = { totals: totalsDocument(end.totals), accounts: accounts.map(accountDocument) };
  const { planned_at, planned_by, batch } = header;
  const summary = { plan: flags.out ?? '', batch: batch.id, planned_at, planned_by, ...end };
  const rows = accounts.map((record, index) => ({ record, document: documents.accounts[index] ?? null }));
  tellWarnings(made, runtime);
  await showSummary(
    { view: planSummaryView, row: planSummaryRow(summary, documents), list: planAccountsView, rows },
    { choice, now: runtime.now() },
    runtime,
  );
  tellWayOn(made, flags, runtime);
}

function tellWarnings({ warnings, end }: MadePlan, runtime: Runtime): void {
  for (const { row = null, line, text } of warnings)
    runtime.note({ text: `row ${row} (line ${line}): ${text}`, data: { warning: { row, line, text } } });
  const more = end.totals.refusals - warnings.length;
  if (more > 0) {
    const text = `and ${counted(more, 'more row')} like these`;
    runtime.note({ text, data: { more_warnings: more } });
  }
}

function tellWayOn({ header, end }: MadePlan, flags: BatchPlanFlags, runtime: Runtime): void {
  const { out: plan = '' } = flags;
  const { id } = header.batch;
  const apply = shellText(['creditctl', 'batch', 'apply', plan, ...connectionWords(flags)]);
  runtime.note({
    text: `Planned ${counted(end.rows, 'row')} as batch ${id}; nothing was written to any ledger.\nApply it with: ${apply}`,
    data: { planned: { plan, batch: id, rows: end.rows, sha256: end.sha256, apply } },
  });
}
