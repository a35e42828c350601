// `auth login`: takes an API key from a hidden prompt or from stdin, never from an argument, and keeps it.
import { usageError } from '../../errors.ts';
import type { GlobalFlags, Runtime } from '../../runtime.ts';
import { checkPlainOutput } from '../../show.ts';

export async function run(_words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  checkPlainOutput(flags);
  const place = runtime.place(flags);
  if (place.kind === 'sandbox') {
    const problem = `names a profile of kind sandbox, which needs no key: "${place.profile}"`;
    throw usageError([{ where: '--profile', problem }]);
  }
  const prompter = await runtime.prompter(flags);
  if (prompter === undefined && runtime.terminal.inputIsTyped) {
    const problem = 'is missing: a key typed here would be seen; pipe it in, or leave out --no-input';
    throw usageError([{ where: 'stdin', problem }]);
  }
  const message = `API key for the profile ${place.profile} (${place.kind}, ${place.host})`;
  const typed =
    prompter === undefined
      ? await runtime.terminal.readInput(runtime.interruption)
      : await prompter.secret({ message });
  const file = await runtime.profiles.keepKey(place.profile, typed.trim());
  runtime.note({
    text: `The key of ${place.profile} is kept in ${file}, readable by you alone. Check it: creditctl auth status`,
    data: { profile: place.profile, key_file: file },
  });
}
