// What is told of a key that was kept or forgotten: where it is, never what it is.
import type { JsonObject } from '../../wire/json.ts';

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
    return { text: `The key of ${profile} is kept in the OS keychain`, data: { profile, kept_in: place } };
  }
  const reason = why === undefined ? '' : `. The OS keychain was not used: ${why}`;
  return {
    text: `The key of ${profile} is kept in ${file}, readable by you alone${reason}`,
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
    return { text: `No key of ${profile} was kept`, data: { profile, forgotten: false } };
  }
  const text = `The key of ${profile} is forgotten (it was in the ${source})`;
  return { text, data: { profile, forgotten: true, was_in: source } };
}

/** @param source `ORB_API_KEY` or `api_key_command` */
export function usedFirstNote(source: string): Told {
  return { text: `${source} is still set, and is used first`, data: { note: `${source} is still set` } };
}
