// `config use <profile>`: makes a profile the one in use.
import { usageError } from '../../errors.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkPlainOutput } from '../../runtime/show.ts';

export async function run([profile]: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  checkPlainOutput(flags);
  if (profile === undefined)
    throw usageError([{ where: '<profile>', problem: 'is missing' }], ['creditctl config list']);
  await runtime.profiles.use(profile);
  runtime.note({ text: `The profile in use is now ${profile}`, data: { current: profile } });
}
