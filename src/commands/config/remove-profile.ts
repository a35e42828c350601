// `config remove-profile <profile>`: removes a profile, its settings and its stored key.
import { usageError } from '../../errors.ts';
import { defaultProfile } from '../../profiles/settings.ts';
import { checkPlainOutput, type ReadCommand } from '../../runtime/show.ts';
import { askYes, checkConsentIsPossible } from '../../writes/consent.ts';
import { profileMissing } from '../profile-choices.ts';

/** Throws a `refused` error without consent. The error says if the profile is in use. */
export const run: ReadCommand<{ readonly yes?: boolean }> = async ([profile], flags, runtime) => {
  checkPlainOutput(flags);
  const { profiles } = runtime;
  if (profile === undefined)
    throw usageError([profileMissing('<profile>', runtime)], ['creditctl config list']);
  profiles.checkExists(profile);
  const isInUse = profile === profiles.nameInUse({});
  checkConsentIsPossible(flags, runtime, ['Add --yes to do it']);
  const question = `Remove the profile ${profile}${isInUse ? ', which is in use' : ''}, with its settings and stored key?`;
  await askYes(question, 'nothing was removed', { flags, runtime });
  await profiles.forgetKey(profile);
  await profiles.forgetPassword(profile);
  await profiles.remove(profile);
  const after = isInUse ? `. ${inUseText(profile, profiles.nameInUse({}))}` : '';
  runtime.note({
    text: `Removed the profile ${profile}, with its settings and stored key${after}`,
    data: { removed_profile: profile, was_in_use: isInUse },
    ...(isInUse ? { isKept: true } : {}),
  });
};

function inUseText(removed: string, inUse: string): string {
  if (inUse !== removed) return `It was in use; the profile ${inUse} is in use now`;
  return inUse === defaultProfile ? 'It stays in use, without settings' : 'CREDITCTL_PROFILE still names it';
}
