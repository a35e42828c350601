// Chooses the record of writes for a connection: the environment's, the profile's, or the file in the state folder.
import path from 'node:path';
import { notApplied, usageErrorAt } from '../errors.ts';
import { type Environment, type Folders, variable } from './environment.ts';
import { type Exposure, exposureOfSharedFolder } from './ownership.ts';
import { type Config, isPostgres, profileNamed } from './settings.ts';

export type RecordChoice =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgres';
      readonly url: string;
      /** `CREDITCTL_RECORD`, or the setting of a profile. */
      readonly source: string;
      /** A shell command that prints the password; only of a profile. */
      readonly passwordCommand?: string | undefined;
      /** The profile that sets the record; its password may be stored under this name. */
      readonly profile?: string;
    };

/** The local record in the state folder. */
export const recordPath = (state: string): string => path.join(state, 'record.db');

/**
 * Why any user could change the record. A user who removes a write from the record, or replaces the record, makes the
 * program send the write again. For a record on a server, the same holds for the heads that this machine saw.
 */
export const exposureOfState = (state: string): Exposure | undefined =>
  exposureOfSharedFolder(state, ['record.db', 'heads.json']);

/** Throws a `refused` error if any user could change the record. */
export function checkStateIsOwn({ state }: Pick<Folders, 'state'>): void {
  const exposure = exposureOfState(state);
  if (exposure === undefined) return;
  const { place, found, remedy } = exposure;
  throw notApplied('refused', `${place} ${found}, so no write is recorded there; nothing was sent`, [
    `Check its contents, then run: ${remedy}`,
    'Or name a folder of your own in CREDITCTL_STATE_DIR; it is created if it is not there',
  ]);
}

/**
 * Opens nothing. Throws a `usage` error for a URL that does not lead to PostgreSQL.
 * @param profile of the connection: with `--sandbox` beside a profile for Orb, the local record
 */
export function chooseRecord(
  profile: string,
  { env, config, folders }: { env: Environment; config: Config; folders: Pick<Folders, 'state'> },
): RecordChoice {
  const said = variable(env, 'CREDITCTL_RECORD');
  if (said !== undefined) return postgres(said, 'CREDITCTL_RECORD');
  const { record, record_password_command: passwordCommand } = profileNamed(config, profile) ?? {};
  if (record !== undefined)
    return { ...postgres(record, `record of the profile "${profile}"`), passwordCommand, profile };
  return { kind: 'sqlite', file: recordPath(folders.state) };
}

function postgres(url: string, source: string) {
  if (isPostgres(url)) return { kind: 'postgres', url, source } as const;
  // The message does not quote the value, which may be a password.
  throw usageErrorAt(source, 'is not a URL such as postgres://db.example.com/creditctl', [
    'In a password, write / as %2F, ? as %3F, # as %23, @ as %40, : as %3A and % as %25',
  ]);
}
