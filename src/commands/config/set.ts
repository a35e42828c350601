// `config set <setting> <value>`: one setting of the profile in use, or of `--profile`, which comes into being with it.
import { usageError } from '../../errors.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkPlainOutput } from '../../runtime/show.ts';

export interface ConfigSetFlags extends GlobalFlags {
  /** Removes the setting. */
  readonly unset?: boolean;
}

export async function run(words: readonly string[], flags: ConfigSetFlags, runtime: Runtime): Promise<void> {
  checkPlainOutput(flags);
  const [setting, value] = words;
  if (setting === undefined) throw usageError([{ where: '<setting>', problem: 'is missing' }]);
  if ((value === undefined) !== (flags.unset === true)) {
    throw usageError([
      { where: '<value>', problem: value === undefined ? 'is missing' : 'does not go with --unset' },
    ]);
  }
  const profile = runtime.profiles.nameInUse(flags);
  const kept = await runtime.profiles.set(profile, setting, value);
  const text =
    kept === undefined ? `${setting} of ${profile} is unset` : `${setting} of ${profile} is now ${kept}`;
  runtime.note({ text, data: { profile, setting, value: kept ?? null } });
}
