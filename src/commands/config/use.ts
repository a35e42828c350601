// `config use <profile>`: chooses the profile to use from now on.
import { usageError } from '../../errors.ts';
import { checkPlainOutput, type ReadCommand } from '../../runtime/show.ts';
import { profileMissing } from '../profile-choices.ts';

export const run: ReadCommand = async ([profile], flags, runtime) => {
  checkPlainOutput(flags);
  if (profile === undefined)
    throw usageError([profileMissing('<profile>', runtime)], ['creditctl config list']);
  await runtime.profiles.use(profile);
  runtime.note({ text: `Now using profile ${profile}`, data: { current: profile } });
};
