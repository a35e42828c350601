// `auth logout`: deletes the key or the password that `auth login` stored, in the keychain or in the file.
import { checkPlainOutput, type ReadCommand, type SwitchFlags } from '../../runtime/show.ts';
import { deletedNote, type Secret, stillSetNote } from './view.ts';

export const run: ReadCommand<SwitchFlags<'record'>> = async (_args, flags, runtime) => {
  checkPlainOutput(flags);
  const { profiles } = runtime;
  const profile = profiles.nameInUse(flags);
  const isRecord = flags.record === true;
  const what: Secret = isRecord ? 'record password' : 'key';
  const source = await (isRecord ? profiles.forgetPassword(profile) : profiles.forgetKey(profile));
  const before = isRecord ? profiles.usedBeforePassword(profile) : profiles.usedBeforeKept(profile);
  runtime.note(deletedNote(what, profile, source));
  if (before !== undefined) runtime.note(stillSetNote(before, 'is used'));
};
