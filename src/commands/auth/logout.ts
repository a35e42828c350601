// `auth logout`: deletes the key that `auth login` stored, in the keychain or in the file.
import { checkPlainOutput, type ReadCommand } from '../../runtime/show.ts';
import { forgottenKeyNote, usedFirstNote } from './view.ts';

export const run: ReadCommand = async (_words, flags, runtime) => {
  checkPlainOutput(flags);
  const profile = runtime.profiles.nameInUse(flags);
  runtime.note(forgottenKeyNote(profile, await runtime.profiles.forgetKey(profile)));
  const before = runtime.profiles.usedBeforeKept(profile);
  if (before !== undefined) runtime.note(usedFirstNote(before));
};
