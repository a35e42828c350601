// Shows what a write made: as a document the one that the API answered, as rows every entry.
import type { OutputChoice } from '../output/output-flags.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { show } from '../runtime/show.ts';
import { entriesView } from '../views/entries.ts';
import type { Written } from './written-entries.ts';

export async function showWritten(written: Written, choice: OutputChoice, runtime: Runtime): Promise<void> {
  const showing = { view: entriesView, choice, isWritten: true } as const;
  const isOne = choice.format === 'json' || choice.format === 'yaml';
  if (isOne) await show([written.answer], { ...showing, shape: 'one' }, runtime);
  else await show(await written.all(), { ...showing, shape: 'list' }, runtime);
}
