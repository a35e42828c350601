// `config path`: where the configuration is kept.
import type { GlobalFlags, Runtime } from '../../runtime.ts';

export async function run(_words: readonly string[], _flags: GlobalFlags, runtime: Runtime): Promise<void> {
  await runtime.terminal.out(`${runtime.profiles.path}\n`);
}
