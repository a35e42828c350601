// Chooses the proxy for requests to a host: a pure function of the base URL and the environment.
import { usageErrorAt } from '../errors.ts';
import type { Environment } from './environment.ts';
import { isLoopback } from './settings.ts';

/** A proxy from the environment. */
export interface ProxyChoice {
  /** Scheme, host and port; never a user name or password. */
  readonly url: string;
  /** The variable that names it. */
  readonly variable: string;
  /** The value of its `Proxy-Authorization`, a secret. */
  readonly authorization?: string;
}

/**
 * The proxy for a base URL, or `undefined` to go straight. `https_proxy` comes first and `http_proxy` is the fallback;
 * the name in lower case wins over the one in upper case, and `no_proxy` names the exceptions, as in Node itself.
 * Requests to this machine never use a proxy: plain HTTP would show the proxy the key.
 * Throws a `usage` error that names the variable and quotes nothing of its value, which may hold a password.
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

/** An empty variable in lower case switches off the one in upper case. */
function firstSet(
  variables: Readonly<Record<string, string | undefined>>,
): [value: string, variable: string] | undefined {
  for (const [variable, value] of Object.entries(variables))
    if (value !== undefined) return value.trim() === '' ? undefined : [value, variable];
  return undefined;
}

/** @param list hosts, each with its subdomains and with or without a port; `*` stands for every host */
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

/** An IPv6 address without brackets, or a name without its trailing dot. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

function parsed(value: string, variable: string): ProxyChoice {
  // As in curl, a host and a port are enough.
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
