// The connection that flags, environment and files choose, if no other user could have changed those files.
import { CreditctlError } from '../errors.ts';
import { type ConnectionChoice, type ConnectionFlags, chooseConnection } from './choose-connection.ts';
import { configPath, readConfig } from './config-file.ts';
import { credentialsPath, readKeptKey } from './credentials-file.ts';
import type { Environment, Folders } from './environment.ts';
import { exposureOf } from './ownership.ts';

/**
 * Opens nothing. Throws a `usage` error for a profile, URL or flag that is not valid, and a `credentials` error where
 * somebody else could have changed where the key is sent, or the key itself.
 */
export function connectionInUse(
  flags: ConnectionFlags,
  env: Environment,
  folders: Folders,
): ConnectionChoice {
  const choice = chooseConnection({
    flags,
    env,
    config: readConfig(folders.config),
    folders,
    keptKey: (profile) => readKeptKey(folders.config, profile),
  });
  // The embedded ledger needs no key and moves no money.
  if (choice.kind === 'sandbox') return choice;
  checkOwn(configPath(folders.config));
  if (choice.key?.source === 'key file') checkOwn(credentialsPath(folders.config));
  return choice;
}

/** Whoever can write the configuration can have the key sent anywhere, and this program run anything. */
function checkOwn(file: string): void {
  const exposure = exposureOf(file);
  if (exposure === undefined) return;
  const { place, found, remedy } = exposure;
  throw new CreditctlError('credentials', `${place} ${found}, so ${file} is not used`, {
    applied: 'no',
    next: [`Check the contents of ${file}, then run: ${remedy}`],
  });
}

/** The error for a connection that needs a key and has none. */
export function noCredentials(profile: string): CreditctlError {
  return new CreditctlError(
    'credentials',
    `There is no API key for the profile "${profile}"; nothing was done`,
    {
      applied: 'no',
      next: [
        'Set ORB_API_KEY, or run: creditctl auth login',
        'Or add --sandbox to use the embedded ledger, which needs no account',
      ],
    },
  );
}
