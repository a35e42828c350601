// The view of `auth status`: one connection and its key, which itself is never part of it.
import type { Row, View } from '../../output/view.ts';
import type { Json } from '../../wire/json.ts';

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
