// `auth login --record`: stores the password of the profile's record, once the server has accepted it.
import { CreditctlError, usageErrorAt } from '../../errors.ts';
import { readSetup } from '../../record/postgres/setup.ts';
import { connectionTo, readFirst } from '../../record/postgres/store.ts';
import { passwordSources } from '../../runtime/record-of.ts';
import type { Invocation } from '../../runtime/show.ts';
import { type AuthLoginFlags, readSecret } from './read-secret.ts';
import { stillSetNote, storedNote } from './view.ts';

/** Throws a `credentials` error if the server refuses the password, and `network` if the server does not answer. */
export async function storeRecordPassword({ flags, runtime }: Invocation<AuthLoginFlags>): Promise<void> {
  const { profiles } = runtime;
  const profile = profiles.nameInUse(flags);
  const record = profiles.get(profile, 'record');
  if (record === undefined)
    throw usageErrorAt('--record', `needs a profile with a record of its own, and "${profile}" has none`, [
      `creditctl config set record postgres://db.example.com/creditctl --profile ${profile}`,
    ]);
  const message = `Password of ${record} for the profile ${profile}`;
  // A space may belong to the password; the line break at the end does not.
  const secret = (await readSecret(message, profiles.passwordProblem, { flags, runtime })).replace(
    /\r?\n$/,
    '',
  );
  if (secret !== '') runtime.secrets.learn(secret);
  if (secret !== '' && flags.check !== false) await tryPassword(record, secret, runtime);
  const put = await profiles.keepPassword({ profile, secret, inFile: flags.file === true });
  runtime.note(storedNote('record password', profile, put));
  const before = profiles.usedBeforePassword(profile);
  if (before !== undefined) runtime.note(stillSetNote(before, 'overrides the stored record password'));
}

async function tryPassword(record: string, secret: string, runtime: Invocation['runtime']): Promise<void> {
  const url = new URL(record);
  url.password = encodeURIComponent(secret);
  const target = { url: url.href, source: 'record' };
  const connection = connectionTo(target, { env: runtime.env, ...passwordSources(runtime) });
  try {
    await readFirst(connection, () => readSetup(connection, []), runtime.interruption);
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    const next = [
      ...(error.facts.next ?? []),
      'Store it without trying it: creditctl auth login --record --no-check',
    ];
    throw error.with({ next }, `${error.message}; the password was not stored`);
  } finally {
    connection.close();
  }
}
