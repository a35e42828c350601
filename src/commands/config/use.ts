// `config use <profile>`: chooses the profile to use from now on.
import { usageError } from '../../errors.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkPlainOutput } from '../../runtime/show.ts';

export async function run([profile]: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  checkPlainOutput(flags);
  if (profile === undefined)
    throw usageError([{ where: '<profile>', problem: 'is missing' }], ['creditctl config list']);
  await runtime.profiles.use(profile);
  runtime.note({ text: `Now using profile ${profile}`, data: { current: profile } });
}
