// `auth login`: reads a key or a password from a hidden prompt or from stdin, never from an argument, tries it and stores it.

import { tryKey } from '../../doctor/probe.ts';
import { CreditctlError, notApplied, usageErrorAt } from '../../errors.ts';
import { checkPlainOutput, type ReadCommand } from '../../runtime/show.ts';
import { type AuthLoginFlags, readSecret } from './read-secret.ts';
import { stillSetNote, storedNote } from './view.ts';

export const run: ReadCommand<AuthLoginFlags> = async (_args, flags, runtime) => {
  checkPlainOutput(flags);
  if (flags.record === true)
    return (await import('./record-password.ts')).storeRecordPassword({ flags, runtime });
  const { profile, kind, host } = runtime.target(flags);
  if (kind === 'sandbox') {
    const problem = 'is of kind sandbox, which needs no key: name another with --profile';
    throw usageErrorAt(`The profile "${profile}"`, problem);
  }
  const message = `API key for the profile ${profile} (${kind}, ${host})`;
  const problemOf = (answer: string): string | undefined => runtime.profiles.keyProblem(answer.trim());
  const secret = (await readSecret(message, problemOf, { flags, runtime })).trim();
  runtime.secrets.learn(secret);
  const problem = problemOf(secret);
  if (problem !== undefined)
    throw new CreditctlError('credentials', `The API key ${problem}; nothing was stored`);
  if (flags.check !== false) await tryKey(secret, flags, runtime);
  const now = runtime.target(flags);
  if (now.kind !== kind || now.host !== host) throw notApplied('refused', changed(profile));
  const put = await runtime.profiles.keepKey({ profile, secret, inFile: flags.file === true });
  runtime.note(storedNote('key', profile, put));
  const before = runtime.profiles.usedBeforeKept(profile);
  if (before !== undefined) runtime.note(stillSetNote(before, 'overrides the stored key'));
};

/** Another process changed where the key would be sent from now on. */
const changed = (profile: string): string =>
  `The profile ${profile} leads to another host or mode than when you entered its key; nothing was stored`;
