// `config path`: prints the path of the configuration file.
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkPlainOutput, showText } from '../../runtime/show.ts';

export async function run(_words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  await showText(['path', runtime.profiles.path], checkPlainOutput(flags), runtime);
}
