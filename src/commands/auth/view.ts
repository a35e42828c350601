// What `auth` shows of a connection and of where its key is stored; never the key itself.
import type { Row, View } from '../../output/view.ts';
import type { Json, JsonObject } from '../../wire/json.ts';

export interface AuthStatus {
  readonly profile: string;
  readonly mode: 'live' | 'test' | 'sandbox';
  readonly host: string;
  /** `ORB_API_KEY`, `key file` or `none needed`. */
  readonly key_source: string;
  readonly key_accepted: boolean;
}

export function authStatusRow(status: AuthStatus): Row<AuthStatus, Json> {
  return { record: status, document: { ...status } };
}

const names = ['profile', 'mode', 'host', 'key_source', 'key_accepted'] as const;

export const authStatusView: View<AuthStatus> = {
  columns: names.map((name) => ({
    name,
    header: name.replace('_', ' '),
    yields: 0,
    text: (status) => String(status[name]),
  })),
  usual: names,
  fields: names,
  none: 'no connection',
};

/** Where a key was put; `why` it is not in the keychain, unless a file was wanted. */
export interface PutKey {
  readonly place: 'keychain' | 'key file';
  readonly file?: string;
  readonly why?: string;
}

interface Told {
  readonly text: string;
  readonly data: JsonObject;
}

export function keptKeyNote(profile: string, { place, file = '', why }: PutKey): Told {
  if (place === 'keychain') {
    return {
      text: `Stored the key of profile ${profile} in the OS keychain`,
      data: { profile, kept_in: place },
    };
  }
  const reason = why === undefined ? '' : `. The OS keychain was not used: ${why}`;
  return {
    text: `Stored the key of profile ${profile} in ${file}, which only you can read${reason}`,
    data: {
      profile,
      kept_in: place,
      key_file: file,
      ...(why === undefined ? {} : { keychain_problem: why }),
    },
  };
}

/** @param source where the key was; `undefined` if there was none */
export function forgottenKeyNote(profile: string, source: string | undefined): Told {
  if (source === undefined) {
    return { text: `No key was stored for profile ${profile}`, data: { profile, forgotten: false } };
  }
  const text = `Deleted the key of profile ${profile} (it was in the ${source})`;
  return { text, data: { profile, forgotten: true, was_in: source } };
}

/** @param source `ORB_API_KEY` or `api_key_command` */
export function usedFirstNote(source: string): Told {
  return {
    text: `${source} is still set and overrides the stored key`,
    data: { note: `${source} is still set` },
  };
}
