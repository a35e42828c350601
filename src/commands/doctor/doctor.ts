// `doctor`: checks everything that a command needs, and shows findings and remedies; exit 1 if any check failed.

import { examine } from '../../doctor/checks.ts';
import { CreditctlError } from '../../errors.ts';
import { withFlags } from '../../output/terminal/notes.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { findingRow, findingsView } from './view.ts';

/** Throws a `check-failed` error after showing the findings if a check failed; a warning is no failure. */
export const run: ReadCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, findingsView);
  const examined = await examine(flags, runtime);
  // The remedies also go to stdout, where a script or a person finds them without the line that was typed.
  const completed = (way: string): string => withFlags(way, runtime.where);
  const findings = examined.map((each) => ({ ...each, remedy: each.remedy.map(completed) }));
  await show(findings.map(findingRow), { view: findingsView, shape: 'list', choice }, runtime);
  // A narrow table may cut findings short, and has no room for remedies. Machine formats have both.
  for (const { check, status, found, remedy } of runtime.noteStyle === 'text' ? findings : []) {
    if (status !== 'warning') continue;
    const text = [`Warning: ${check}: ${found}`, ...remedy.map((way) => `  → ${way}`)].join('\n');
    runtime.note({ text, data: { warning: { check, found, remedy } } });
  }
  const failed = findings.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return;
  const lines = failed.map(({ check, found }) => `${check}: ${found}`);
  throw new CreditctlError(
    'check-failed',
    [`${failed.length} of ${findings.length} checks failed`, ...lines].join('\n'),
    { next: [...new Set(failed.flatMap(({ remedy }) => remedy))] },
  );
};
