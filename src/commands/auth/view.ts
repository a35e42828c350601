// Defines what `auth` shows of a connection and of where its key is stored; never the key itself.
import { plainColumn, rowOf, viewOf } from '../../output/view.ts';
import type { JsonObject } from '../../wire/json.ts';

export interface AuthStatus {
  readonly profile: string;
  readonly mode: 'live' | 'test' | 'sandbox';
  readonly host: string;
  /** Source of the key, such as `ORB_API_KEY`, `key file` or `none needed`. */
  readonly key_source: string;
  readonly key_accepted: boolean;
}

export const authStatusRow = rowOf<AuthStatus>;

const names = ['profile', 'mode', 'host', 'key_source', 'key_accepted'] as const;

export const authStatusView = viewOf<AuthStatus>({
  columns: names.map((name) => plainColumn<AuthStatus>(name)),
  none: 'no connection',
});

/** Where a secret was stored. `why` is the reason against the keychain, absent if `--file` was given. */
export interface PutKey {
  readonly place: 'keychain' | 'key file';
  readonly file?: string;
  readonly why?: string;
}

interface SecretNote {
  readonly text: string;
  readonly data: JsonObject;
}

/** Kind of a stored secret, as messages name it. */
export type Secret = 'key' | 'record password';

/** The document names only a password; without a name, the secret is a key. */
const ofWhat = (what: Secret): JsonObject => (what === 'key' ? {} : { of: what });

export function storedNote(what: Secret, profile: string, { place, file = '', why }: PutKey): SecretNote {
  if (place === 'keychain') {
    return {
      text: `Stored the ${what} of profile ${profile} in the OS keychain`,
      data: { profile, ...ofWhat(what), kept_in: place },
    };
  }
  const reason = why === undefined ? '' : `. The OS keychain was not used: ${why}`;
  return {
    text: `Stored the ${what} of profile ${profile} in ${file}, which only you can read${reason}`,
    data: {
      profile,
      ...ofWhat(what),
      kept_in: place,
      key_file: file,
      ...(why === undefined ? {} : { keychain_problem: why }),
    },
  };
}

/** @param source where the secret was stored; `undefined` if no secret was stored */
export function deletedNote(what: Secret, profile: string, source: string | undefined): SecretNote {
  if (source === undefined) {
    return {
      text: `No ${what} was stored for profile ${profile}`,
      data: { profile, ...ofWhat(what), forgotten: false },
    };
  }
  const text = `Deleted the ${what} of profile ${profile} (it was in the ${source})`;
  return { text, data: { profile, ...ofWhat(what), forgotten: true, was_in: source } };
}

/** @param source another source of the secret, such as `ORB_API_KEY` or `api_key_command` @param effect what it does */
export const stillSetNote = (source: string, effect: string): SecretNote => ({
  text: `${source} is still set and ${effect}`,
  data: { note: `${source} is still set` },
});
