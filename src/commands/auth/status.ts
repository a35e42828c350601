// `auth status`: shows the connection, where its key comes from, and whether the API accepts the key; never the key itself.

import { CreditctlError } from '../../errors.ts';
import { noCredentials } from '../../profiles/choose-connection.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { type AuthStatus, authStatusRow, authStatusView } from './view.ts';

/** Throws a `credentials` error if the key is missing, cannot be fetched, or is refused by the API. */
export const run: ReadCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, authStatusView);
  const connection = runtime.choice(flags);
  const { profile, kind, host } = runtime.target(flags);
  const source = connection.kind === 'sandbox' ? 'none needed' : connection.key?.source;
  if (source === undefined) throw noCredentials(profile);
  const { api } = await runtime.connect(flags);
  await api.ping().catch((error: unknown) => {
    throw withKeySource(error, source);
  });
  const status: AuthStatus = { profile, mode: kind, host, key_source: source, key_accepted: true };
  await show([authStatusRow(status)], { view: authStatusView, shape: 'one', choice }, runtime);
};

/** What gives another key than a source that overrides the stored one. */
const waysOut: Readonly<Record<string, string>> = {
  ORB_API_KEY: 'Set ORB_API_KEY to another key, or unset it and run: creditctl auth login',
  api_key_command: 'Run it by hand to see the key: creditctl config get api_key_command',
};

/** Adds where the key comes from, because several sources may set a key. */
function withKeySource(error: unknown, source: string): unknown {
  if (!(error instanceof CreditctlError) || error.kind !== 'credentials') return error;
  const isRefused = error.facts.status === 401;
  const ways = isRefused ? { next: [waysOut[source] ?? 'creditctl auth login'] } : {};
  return error.with(ways, `${error.message}\nThe key comes from: ${source}`);
}
