// Shows what a write made: to a script the one document that the API answered, to a reader every entry.
import type { OutputChoice } from '../output/output-flags.ts';
import type { Runtime } from '../runtime.ts';
import { show } from '../show.ts';
import { entriesView } from '../views/entries.ts';
import type { Written } from './written-entries.ts';

export async function showWritten(written: Written, choice: OutputChoice, runtime: Runtime): Promise<void> {
  const showing = { view: entriesView, choice, isWritten: true } as const;
  if (choice.format === 'json') await show([written.answer], { ...showing, shape: 'one' }, runtime);
  else await show(await written.all(), { ...showing, shape: 'list' }, runtime);
}
