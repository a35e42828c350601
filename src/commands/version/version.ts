// `version`: prints the version alone, as `--version` does; other formats add the versions of Node and the platform.
import { rowOf } from '../../output/view.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { versionView } from './view.ts';

export const run: ReadCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, versionView);
  const { version, system, terminal } = runtime;
  if (choice.format === 'table' && choice.columns === undefined) return terminal.out(`${version}\n`);
  const record = { version, node: system.machine.node, platform: system.machine.platform };
  await show([rowOf(record)], { view: versionView, shape: 'one', choice }, runtime);
};
