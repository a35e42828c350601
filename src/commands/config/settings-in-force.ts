// Lists the settings of a profile in force: a flag wins over the environment, then the profile, then the default.
import type { ConnectionChoice, OrbChoice } from '../../profiles/choose-connection.ts';
import { recordPath, ruleByDefault } from '../../profiles/record-and-policy.ts';
import { defaultProfile, type SettingName, settingNames, usualRates } from '../../profiles/settings.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import type { SettingLine } from './settings-view.ts';

type Given = Pick<Runtime, 'choice' | 'env' | 'folders' | 'profiles'>;
type Override = Pick<SettingLine, 'value' | 'source' | 'from'>;

/** Fetches no key and only says where the key comes from. Throws as `Runtime.choice` does. */
export function settingsInForce(flags: GlobalFlags, given: Given): readonly SettingLine[] {
  const chosen = given.choice(flags);
  const { profile } = chosen;
  const settings = settingNames.map((setting): SettingLine => {
    const own = given.profiles.get(profile, setting);
    // With --sandbox, the `prompts` setting of the chosen profile still applies.
    const isBeside = own === undefined && setting === 'prompts';
    const of = isBeside ? chosenProfile(flags, given) : profile;
    const value = isBeside ? given.profiles.get(of, setting) : own;
    const above = overrides(setting, chosen, { flags, env: given.env });
    if (above !== undefined) return { setting, ...above };
    if (value !== undefined) return { setting, value: masked(value), source: 'profile', from: of };
    const byDefault = defaultOf(setting, chosen, given);
    // The record may be a server, which this command does not ask.
    const from =
      byDefault !== null && setting.startsWith('policy.') ? 'unless the record has a policy' : null;
    return { setting, value: byDefault, source: 'default', from };
  });
  const key = chosen.kind === 'orb' ? [keyLine(chosen, profile)] : [];
  return [profileLine(profile, flags, given), ...settings, ...key];
}

/** The profile that would be in use without `--sandbox`. */
const chosenProfile = (flags: GlobalFlags, { profiles }: Given): string =>
  profiles.nameInUse({ ...flags, sandbox: false });

function profileLine(value: string, flags: GlobalFlags, given: Given): SettingLine {
  const { env } = given;
  const setting = 'profile';
  if (value !== chosenProfile(flags, given)) return { setting, value, source: 'flag', from: '--sandbox' };
  if (flags.profile !== undefined) return { setting, value, source: 'flag', from: '--profile' };
  if (env.CREDITCTL_PROFILE?.trim()) return { setting, ...fromVariable('CREDITCTL_PROFILE', value) };
  if (value !== defaultProfile) return { setting, value, source: 'profile', from: 'config use' };
  return { setting, value, source: 'default', from: null };
}

/** The flag or variable that overrides a setting of the profile. */
function overrides(
  setting: SettingName,
  chosen: ConnectionChoice,
  { flags, env }: Pick<Given, 'env'> & { readonly flags: GlobalFlags },
): Override | undefined {
  if (setting === 'kind' && flags.sandbox === true)
    return { value: 'sandbox', source: 'flag', from: '--sandbox' };
  if (setting === 'base_url' && chosen.kind === 'orb' && env.ORB_BASE_URL?.trim())
    return fromVariable('ORB_BASE_URL', chosen.baseUrl);
  if (setting === 'record' && env.CREDITCTL_RECORD?.trim())
    return fromVariable('CREDITCTL_RECORD', masked(env.CREDITCTL_RECORD.trim()));
  if (setting !== 'db' || chosen.kind !== 'sandbox') return undefined;
  if (flags.db !== undefined) return { value: chosen.db, source: 'flag', from: '--db' };
  return env.CREDITCTL_SANDBOX_DB?.trim() ? fromVariable('CREDITCTL_SANDBOX_DB', chosen.db) : undefined;
}

const fromVariable = (name: string, value: string): Override => ({
  value,
  source: 'environment',
  from: name,
});

function defaultOf(
  setting: SettingName,
  chosen: ConnectionChoice,
  { folders, profiles }: Pick<Given, 'folders' | 'profiles'>,
): string | null {
  if (setting === 'kind') return 'orb';
  if (setting === 'rate')
    return String(usualRates[chosen.kind === 'orb' ? chosen.mode : 'sandbox'] ?? 'none');
  if (setting === 'mode') return chosen.kind === 'orb' ? 'live' : null;
  if (setting === 'base_url') return chosen.kind === 'orb' ? chosen.baseUrl : null;
  if (setting === 'db') return chosen.kind === 'sandbox' ? chosen.db : null;
  if (setting === 'record') return recordPath(folders.state);
  // A policy file may have rules of its own in place of the defaults.
  const isLive = chosen.kind === 'orb' && chosen.mode === 'live';
  if (!isLive || profiles.get(chosen.profile, 'policy.file') !== undefined) return null;
  return ruleByDefault(setting) ?? null;
}

/** Says where the key comes from. The key itself is never fetched. */
function keyLine({ key }: OrbChoice, profile: string): SettingLine {
  const setting = 'api_key';
  if (key === undefined) return { setting, value: null, source: 'default', from: null };
  const value = '********';
  if (key.source === 'ORB_API_KEY') return { setting, ...fromVariable(key.source, value) };
  return {
    setting,
    value,
    source: 'profile',
    from: key.source === 'api_key_command' ? key.source : `${key.source} of ${profile}`,
  };
}

/** Masks a password in a URL. */
function masked(value: string): string {
  if (!/^\w+:\/\//.test(value) || !URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.password !== '') url.password = '********';
  if (url.searchParams.has('password')) url.searchParams.set('password', '********');
  return url.href === new URL(value).href ? value : url.href;
}
