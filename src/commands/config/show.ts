// `config show`: every setting of a profile as it counts now, and where each value comes from.
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { settingsInForce } from './settings-in-force.ts';
import { settingRow, settingsView } from './settings-view.ts';

export async function run(_words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, settingsView);
  const rows = settingsInForce(flags, runtime).map(settingRow);
  await show(rows, { view: settingsView, shape: 'list', choice }, runtime);
}
