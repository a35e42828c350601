// `auth login`: reads an API key from a hidden prompt or from stdin, never from an argument, checks it and stores it.

import { tryKey } from '../../doctor/probe.ts';
import { CreditctlError, usageError } from '../../errors.ts';
import type { Place } from '../../profiles/place.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkPlainOutput } from '../../runtime/show.ts';
import { keptKeyNote, usedFirstNote } from './view.ts';

export interface AuthLoginFlags extends GlobalFlags {
  /** Stores the key in the file even if there is a keychain. */
  readonly file?: boolean;
  /** False stores the key without trying it. */
  readonly check?: boolean;
}

export async function run(_words: readonly string[], flags: AuthLoginFlags, runtime: Runtime): Promise<void> {
  checkPlainOutput(flags);
  const place = runtime.place(flags);
  if (place.kind === 'sandbox') {
    const problem = `names a profile of kind sandbox, which needs no key: "${place.profile}"`;
    throw usageError([{ where: '--profile', problem }]);
  }
  const key = await typedKey(place, flags, runtime);
  if (flags.check !== false) await tryKey(key, flags, runtime);
  const { profile } = place;
  const put = await runtime.profiles.keepKey({ profile, key, inFile: flags.file === true });
  runtime.note(keptKeyNote(profile, put));
  const before = runtime.profiles.usedBeforeKept(profile);
  if (before !== undefined) runtime.note(usedFirstNote(before));
}

async function typedKey(place: Place, flags: GlobalFlags, runtime: Runtime): Promise<string> {
  const prompter = await runtime.prompter(flags);
  if (prompter === undefined && runtime.terminal.inputIsTyped) {
    const problem = 'has no key: pipe it in, or leave out --no-input to type it hidden';
    throw usageError([{ where: 'stdin', problem }]);
  }
  const message = `API key for the profile ${place.profile} (${place.kind}, ${place.host})`;
  const typed =
    prompter === undefined
      ? await runtime.terminal.readInput(runtime.interruption)
      : await prompter.secret({ message });
  const key = typed.trim();
  runtime.secrets.learn(key);
  const problem = runtime.profiles.keyProblem(key);
  if (problem === undefined) return key;
  throw new CreditctlError('credentials', `The API key ${problem}; nothing was stored`);
}
