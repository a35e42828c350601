// `auth logout`: deletes the key or the password that `auth login` stored, in the keychain or in the file.
import { checkPlainOutput, type ReadCommand } from '../../runtime/show.ts';
import { deletedNote, type Secret, stillSetNote } from './view.ts';

export interface AuthLogoutFlags {
  /** Deletes the password of the profile's record instead of the key. */
  readonly record?: boolean;
}

export const run: ReadCommand<AuthLogoutFlags> = async (_args, flags, runtime) => {
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
