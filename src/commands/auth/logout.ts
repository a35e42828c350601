// `auth logout`: deletes the key that `auth login` stored, in the keychain or in the file.
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkPlainOutput } from '../../runtime/show.ts';
import { forgottenKeyNote, usedFirstNote } from './view.ts';

export async function run(_words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  checkPlainOutput(flags);
  const profile = runtime.profiles.nameInUse(flags);
  runtime.note(forgottenKeyNote(profile, await runtime.profiles.forgetKey(profile)));
  const before = runtime.profiles.usedBeforeKept(profile);
  if (before !== undefined) runtime.note(usedFirstNote(before));
}
