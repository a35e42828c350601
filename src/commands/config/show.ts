// `config show`: shows every setting of a profile in force, and where each value comes from.
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { settingsInForce } from './settings-in-force.ts';
import { settingRow, settingsView } from './settings-view.ts';

export const run: ReadCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, settingsView);
  const rows = settingsInForce(flags, runtime).map(settingRow);
  await show(rows, { view: settingsView, shape: 'list', choice }, runtime);
};
