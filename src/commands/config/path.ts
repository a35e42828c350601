// `config path`: where the configuration is kept.
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkPlainOutput, showText } from '../../runtime/show.ts';

export async function run(_words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  await showText(['path', runtime.profiles.path], checkPlainOutput(flags), runtime);
}
