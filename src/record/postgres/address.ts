// Parses the URL of a record on PostgreSQL, and refuses each setting that weakens the connection.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { CreditctlError, usageErrorAt } from '../../errors.ts';

/** The address of a database, with the protection of the connection. */
export interface PostgresAddress {
  /** A host, an IP address, or the absolute path of the folder of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The role; `undefined` if the URL names none. */
  readonly user: string | undefined;
  /** Only a URL from the environment may have a password. */
  readonly password: string | undefined;
  /** `off` is allowed only for this machine, where no other person can read the traffic. */
  readonly tls: 'off' | 'verified';
  /** A file of trusted root certificates. Default: the system's. */
  readonly rootCertificates: string | undefined;
}

const knownParameters = ['host', 'sslmode', 'sslrootcert'] as const;

/**
 * Parses a URL. Throws a `usage` error that never shows the URL, because it may hold a password.
 * @param source the setting that holds the URL, for the error message: `CREDITCTL_RECORD`, `--record`
 */
export function postgresAddress(text: string, source: string): PostgresAddress {
  const wrong = (problem: string): CreditctlError =>
    usageErrorAt(source, problem, ['See: creditctl record init --help']);
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    throw wrong('is not a URL such as postgres://db.example.com/creditctl');
  const url = new URL(text);
  for (const name of url.searchParams.keys())
    if (!knownParameters.some((known) => known === name))
      throw wrong(`has the unknown parameter "${name}" (known: ${knownParameters.join(', ')})`);
  const host = url.searchParams.get('host') ?? (decoded(url.hostname).replace(/^\[|\]$/g, '') || '127.0.0.1');
  const database = decoded(url.pathname.slice(1));
  if (!/^\/[^/]+$/.test(url.pathname)) throw wrong('must end in /<database>');
  const isHere = host.startsWith('/') || isThisMachine(host);
  const mode = url.searchParams.get('sslmode') ?? (isHere ? 'disable' : 'verify-full');
  if (mode !== 'verify-full' && !(mode === 'disable' && isHere))
    throw wrong(`must have sslmode=verify-full to a server on another machine, not "${mode}"`);
  return {
    host,
    database,
    port: url.port === '' ? 5432 : Number(url.port),
    user: url.username === '' ? undefined : decoded(url.username),
    password: url.password === '' ? undefined : decoded(url.password),
    tls: mode === 'disable' ? 'off' : 'verified',
    rootCertificates: url.searchParams.get('sslrootcert') ?? undefined,
  };
}

/** The record's name in messages, without a password: `PostgreSQL finance@db.example.com/creditctl`. */
export function addressName({ host, port, database, user }: PostgresAddress): string {
  const where = isIP(host) === 6 ? `[${host}]` : host;
  const login = user === undefined ? '' : `${user}@`;
  return `PostgreSQL ${login}${where}${port === 5432 ? '' : `:${port}`}/${database}`;
}

/** The root certificates as PEM; `undefined` for the system's. Throws a `refused` error for an unreadable file. */
export function authorities({
  rootCertificates: file,
}: Pick<PostgresAddress, 'rootCertificates'>): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CreditctlError('refused', `The file of sslrootcert cannot be read: ${file}; nothing was sent`, {
      applied: 'no',
      cause: error,
    });
  }
}

function isThisMachine(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
