// `config get <setting>`: the value a profile has, alone on stdout unless another format is asked for.
import { CreditctlError, usageError } from '../../errors.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkPlainOutput, showText } from '../../runtime/show.ts';

export async function run([setting]: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  const choice = checkPlainOutput(flags);
  if (setting === undefined) throw usageError([{ where: '<setting>', problem: 'is missing' }]);
  const profile = runtime.profiles.nameInUse(flags);
  const value = runtime.profiles.get(profile, setting);
  if (value === undefined)
    throw new CreditctlError('failure', `${setting} is not set in the profile ${profile}`);
  await showText([setting, value], choice, runtime);
}
