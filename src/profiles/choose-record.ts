// Which record of writes serves a connection: the environment's, the profile's, or the file in the state folder.
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
      /** A shell command that prints the password; of a profile. */
      readonly passwordCommand?: string | undefined;
      /** The profile whose record it is, under which a password may be kept. */
      readonly profile?: string;
    };

/** The local record in the state folder. */
export const recordPath = (state: string): string => path.join(state, 'record.db');

/**
 * What lets everybody change what was written. Whoever takes a write out of the record, or puts another record in its
 * place, has the write sent a second time. On a server that holds for the heads that were seen.
 */
export const exposureOfState = (state: string): Exposure | undefined =>
  exposureOfSharedFolder(state, ['record.db', 'heads.json']);

/** Throws a `refused` error where everybody can change what was written. */
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
 * @param profile of the connection: `--sandbox` beside a profile for Orb is served by the local record
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
  if (URL.canParse(url) && isPostgres(new URL(url))) return { kind: 'postgres', url, source } as const;
  // Not what it is in its place: that may be a password.
  throw usageErrorAt(source, 'is not a URL such as postgres://db.example.com/creditctl', [
    'In a password, write / as %2F, ? as %3F, # as %23, @ as %40, : as %3A and % as %25',
  ]);
}
