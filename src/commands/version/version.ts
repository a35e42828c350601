// `version`: the version alone, as `--version` prints it; in any other format with those of Node and the platform.
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { versionView } from './view.ts';

export async function run(_words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, versionView);
  const { version, parts, terminal } = runtime;
  if (choice.format === 'table' && choice.columns === undefined) return terminal.out(`${version}\n`);
  const record = { version, node: parts.machine.node, platform: parts.machine.platform };
  await show([{ record, document: { ...record } }], { view: versionView, shape: 'one', choice }, runtime);
}
