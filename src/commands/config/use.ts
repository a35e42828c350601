// `config use <profile>`: chooses the profile to use from now on.
import { usageError } from '../../errors.ts';
import { variable } from '../../profiles/environment.ts';
import { checkPlainOutput, type ReadCommand } from '../../runtime/show.ts';
import { profileMissing } from '../profile-choices.ts';

export const run: ReadCommand = async ([profile], flags, runtime) => {
  checkPlainOutput(flags);
  if (profile === undefined)
    throw usageError([profileMissing('<profile>', runtime)], ['creditctl config list']);
  await runtime.profiles.use(profile);
  const above = variable(runtime.env, 'CREDITCTL_PROFILE');
  if (above === undefined || above === profile)
    return runtime.note({ text: `Now using profile ${profile}`, data: { current: profile } });
  runtime.note({
    text: `Chose profile ${profile}, but CREDITCTL_PROFILE is set and overrides it: still using profile ${above}`,
    data: { current: profile, overridden_by: 'CREDITCTL_PROFILE', in_use: above },
    isKept: true,
  });
};
