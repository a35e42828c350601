// `auth logout`: forgets the key that `auth login` kept.
import type { GlobalFlags, Runtime } from '../../runtime.ts';
import { checkPlainOutput } from '../../show.ts';

export async function run(_words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  checkPlainOutput(flags);
  const profile = runtime.profiles.nameInUse(flags);
  const had = runtime.profiles.hasKey(profile);
  if (had) await runtime.profiles.forgetKey(profile);
  const text = had ? `The key of ${profile} is forgotten` : `No key of ${profile} was kept`;
  runtime.note({ text, data: { profile, forgotten: had } });
  const { ORB_API_KEY: fromEnvironment } = runtime.env;
  if (fromEnvironment === undefined || fromEnvironment === '') return;
  runtime.note({
    text: 'ORB_API_KEY is still set, and is used first',
    data: { note: 'ORB_API_KEY is still set' },
  });
}
