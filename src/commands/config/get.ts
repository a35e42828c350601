// `config get <setting>`: prints the value of a profile's setting, alone on stdout unless another format is asked for.
import { CreditctlError, missingValue, usageError } from '../../errors.ts';
import { checkPlainOutput, type ReadCommand, showText } from '../../runtime/show.ts';

export const run: ReadCommand = async ([setting], flags, runtime) => {
  const choice = checkPlainOutput(flags);
  if (setting === undefined)
    throw usageError([missingValue('<setting>')], ['See all settings: creditctl config show']);
  const profile = runtime.profiles.nameInUse(flags);
  const value = runtime.profiles.get(profile, setting);
  if (value === undefined)
    throw new CreditctlError('failure', `${setting} is not set in the profile ${profile}`);
  await showText([setting, value], choice, runtime);
};
