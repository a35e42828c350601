// Which proxy the requests to a host go through: a pure function of the base URL and the environment.
import { usageErrorAt } from '../errors.ts';
import type { Environment } from './environment.ts';
import { isLoopback } from './settings.ts';

/** A proxy as the environment names it. */
export interface ProxyChoice {
  /** Scheme, host and port; never a user name or password. */
  readonly url: string;
  /** The variable that names it. */
  readonly variable: string;
  /** The value of its `Proxy-Authorization`, a secret. */
  readonly authorization?: string;
}

/**
 * The proxy for a base URL, or `undefined` to go straight. `https_proxy` comes first and `http_proxy` stands in for it;
 * of each the name in small letters counts where both are set, and `no_proxy` names the exceptions, as in Node itself.
 * Nothing on this machine is asked through a proxy: plain HTTP would hand it the key.
 * Throws a `usage` error that names the variable and none of its value, which may hold a password.
 */
export function proxyFor(baseUrl: string, env: Environment): ProxyChoice | undefined {
  const base = new URL(baseUrl);
  if (isLoopback(base.hostname)) return undefined;
  const named =
    firstSet({ https_proxy: env.https_proxy, HTTPS_PROXY: env.HTTPS_PROXY }) ??
    firstSet({ http_proxy: env.http_proxy, HTTP_PROXY: env.HTTP_PROXY });
  if (named === undefined || isExcepted(base, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined;
  return parsed(...named);
}

/** An empty one in small letters switches the other off. */
function firstSet(
  variables: Readonly<Record<string, string | undefined>>,
): [value: string, variable: string] | undefined {
  for (const [variable, value] of Object.entries(variables))
    if (value !== undefined) return value.trim() === '' ? undefined : [value, variable];
  return undefined;
}

/** @param list hosts with everything below them, each with or without a port; `*` stands for all */
function isExcepted(base: URL, list: string): boolean {
  const port = base.port === '' ? '443' : base.port;
  const host = bare(base.hostname);
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, itsPort = port] = /^(\[.*\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      const domain = bare(name.replace(/^\*?\./, ''));
      return itsPort === port && (domain === '*' || host === domain || host.endsWith(`.${domain}`));
    });
}

/** IPv6 without its brackets, a name without the dot of the root. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

function parsed(value: string, variable: string): ProxyChoice {
  // As curl reads it: a host and a port are enough.
  const text = value.includes('://') ? value.trim() : `http://${value.trim()}`;
  // Such a sign ends the host: what stands before it would be taken for the proxy.
  const [, name = ''] = /:\/\/(.*)@/s.exec(text) ?? [];
  if (/[/?#\\]/.test(name))
    throw usageErrorAt(
      variable,
      'has a user name or password with a plain /, ?, # or \\; write %2F, %3F, %23 or %5C instead',
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const problem = 'is not the URL of an http or https proxy, such as http://proxy.example:3128';
    throw usageErrorAt(variable, problem);
  }
  const authorization = authorizationOf(url, variable);
  const named = { url: url.origin, variable };
  return authorization === undefined ? named : { ...named, authorization };
}

function authorizationOf({ username, password }: URL, variable: string): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(plain).toString('base64')}`;
  } catch {
    throw usageErrorAt(variable, 'has a user name or password with a plain %; write %25 instead');
  }
}
