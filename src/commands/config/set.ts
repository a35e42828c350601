// `config set <setting> <value>`: changes a setting of the profile in use or of `--profile`, and creates the profile if needed.
import { missingValue, usageError, usageErrorAt } from '../../errors.ts';
import { checkPlainOutput, type ReadCommand, type SwitchFlags } from '../../runtime/show.ts';

export const run: ReadCommand<SwitchFlags<'unset'>> = async (args, flags, runtime) => {
  checkPlainOutput(flags);
  const [setting, value] = args;
  if (setting === undefined || (value === undefined && flags.unset !== true))
    throw usageError([
      ...(setting === undefined
        ? [{ ...missingValue('<setting>'), next: 'See all settings: creditctl config set --help' }]
        : []),
      ...(value === undefined && flags.unset !== true ? [missingValue('<value>')] : []),
    ]);
  if (value !== undefined && flags.unset === true)
    throw usageErrorAt('<value>', 'cannot be used with --unset');
  // Other people may read the configuration, so keys do not belong there.
  if (value !== undefined && runtime.secrets.isIn(value))
    throw usageErrorAt('<value>', 'holds a key; store it with creditctl auth login. Nothing was set');
  const { profiles } = runtime;
  const profile = profiles.nameInUse(flags);
  // Without this check, the profile would be created.
  const isUnset = value === undefined && profiles.get(profile, setting) === undefined;
  const kept = isUnset ? undefined : await profiles.set(profile, setting, value);
  const removed = isUnset
    ? `${setting} is not set in the profile ${profile}: nothing was removed`
    : `Removed ${setting} from profile ${profile}`;
  const text = kept === undefined ? removed : `Set ${setting} of profile ${profile} to ${kept}`;
  const data = { profile, setting, value: kept ?? null };
  const above = variablesAbove[setting];
  if (above === undefined || !runtime.env[above]?.trim()) return runtime.note({ text, data });
  runtime.note({
    text: `${text}, but ${above} is set and overrides the profile`,
    data: { ...data, overridden_by: above },
    isKept: true,
  });
};

/** The variables that override a setting of any profile. */
const variablesAbove: Readonly<Record<string, string>> = {
  api_key_command: 'ORB_API_KEY',
  base_url: 'ORB_BASE_URL',
  db: 'CREDITCTL_SANDBOX_DB',
  record: 'CREDITCTL_RECORD',
};
