// Turns an error of the connection into a message, and decides whether the request may have been applied and may be retried.
import { TransportFailure } from '../wire/json.ts';
import { ProxyRefusal } from './undici.ts';

/** The target of the request whose connection failed. */
interface Way {
  /** The host of the API, with its port. */
  readonly host: string;
  /** Whether a byte of the request may have been sent. Without one, the API cannot have applied the request. */
  readonly hasLeft: boolean;
}

/** One kind of failure: the message about the host, and whether a retry can help. */
interface Reason {
  readonly why: string;
  readonly isLasting?: true;
  readonly next?: readonly string[];
}

const again = (why: string): Reason => ({ why });
const lasting = (why: string, ...next: string[]): Reason => ({ why, isLasting: true, next });

const trust = 'To trust it, set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of its issuer';
const clock = 'Check the date and the clock of this machine';
const address = 'Check base_url and ORB_BASE_URL: creditctl doctor';

const reasons: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: again('refused the connection'),
  // Some machines report this error while they are offline, so a retry may succeed.
  ENOTFOUND: again('has no address (DNS)'),
  EAI_AGAIN: again('could not be looked up (DNS)'),
  EHOSTUNREACH: again('cannot be reached'),
  ENETUNREACH: again('cannot be reached: no network'),
  EADDRNOTAVAIL: again('cannot be reached: no local port free'),
  UND_ERR_CONNECT_TIMEOUT: again('did not accept a connection in time'),
  CERT_HAS_EXPIRED: lasting('has a certificate that expired', clock),
  CERT_NOT_YET_VALID: lasting('has a certificate that is not valid yet', clock),
  DEPTH_ZERO_SELF_SIGNED_CERT: lasting('has a self-signed certificate', trust),
  SELF_SIGNED_CERT_IN_CHAIN: lasting('has a self-signed certificate in its chain', trust),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: lasting('has a certificate of an issuer that is not known here', trust),
  UNABLE_TO_GET_ISSUER_CERT: lasting('has a certificate of an issuer that is not known here', trust),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: lasting('has a certificate of an issuer that is not known here', trust),
  ERR_TLS_CERT_ALTNAME_INVALID: lasting('has a certificate for another name', address),
  EPROTO: lasting('does not speak TLS', address),
  ERR_SSL_WRONG_VERSION_NUMBER: lasting('does not speak TLS', address),
  ERR_SSL_PACKET_LENGTH_TOO_LONG: lasting('does not speak TLS', address),
  UND_ERR_RES_EXCEEDED_MAX_SIZE: lasting(
    'answered with more than 16 MiB',
    'Ask for less at once, such as a smaller limit',
  ),
  UNKNOWN_CODING: lasting('answered in a coding that was not asked for'),
  DAMAGED_CODING: again('answered with compressed bytes that are damaged'),
  UND_ERR_HEADERS_TIMEOUT: again('did not answer in time'),
  UND_ERR_BODY_TIMEOUT: again('stopped in the middle of its answer'),
  UND_ERR_SOCKET: again('cut the connection'),
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: again('cut its answer short'),
  ECONNRESET: again('cut the connection'),
  EPIPE: again('cut the connection'),
  ETIMEDOUT: again('did not answer in time'),
};

/** OpenSSL's codes for a bad certificate. A retry never helps. */
const ofCertificate =
  /CERT|^UNABLE_TO_|^CRL_|^INVALID_(CA|PURPOSE)$|^HOSTNAME_MISMATCH$|^PATH_LENGTH_EXCEEDED$/;

/** Codes of a failed TLS handshake, except an internal error of the host. */
const ofHandshake = /^ERR_(SSL|TLS)_(?!.*INTERNAL_ERROR)/;

/** The failure for an error of the connection. Its message never holds a secret. */
export function transportFailure(error: unknown, { host, hasLeft }: Way): TransportFailure {
  // A proxy refuses before the first byte is sent to the API.
  if (error instanceof ProxyRefusal) return proxyFailure(error, host);
  const { why, isLasting, next } = reasonOf(error, { hasLeft });
  return new TransportFailure(`${host} ${why}`, hasLeft ? 'maybe' : 'no', {
    cause: error,
    isLasting,
    next,
  });
}

/** The answer did not arrive within its time limit. */
export const timedOut = ({ host, hasLeft }: Way): TransportFailure =>
  hasLeft
    ? new TransportFailure(`${host} did not finish its answer in time`, 'maybe')
    : new TransportFailure(`${host} did not accept a connection in time`, 'no');

function proxyFailure(refusal: ProxyRefusal, host: string): TransportFailure {
  const { proxy, status, cause } = refusal;
  const { why, isLasting, next } =
    status === undefined ? reasonOf(cause, { hasLeft: false }) : refusalOf(status, { proxy, host });
  const check = `Check ${proxy.variable} and NO_PROXY: creditctl doctor`;
  return new TransportFailure(`The proxy ${proxy.url} (${proxy.variable}) ${why}`, 'no', {
    cause: refusal,
    isLasting,
    next: next === undefined || next.includes(address) ? [check] : next,
  });
}

/** The proxy answered, but opened no tunnel to the host. */
function refusalOf(
  status: number,
  { proxy, host }: { readonly proxy: ProxyRefusal['proxy']; readonly host: string },
): Reason {
  if (status === 407 && proxy.authorization === undefined) {
    const way = `Write both into ${proxy.variable}, before the host: http://<user>:<password>@…`;
    return lasting('asks for a user name and a password (407)', way);
  }
  if (status === 407) return lasting(`does not accept the user name and password of ${proxy.variable} (407)`);
  return status >= 500
    ? again(`does not reach ${host} (${status})`)
    : lasting(`does not let anybody through to ${host} (${status})`);
}

function reasonOf(error: unknown, { hasLeft }: Pick<Way, 'hasLeft'>): Reason {
  const code = errorCode(error);
  const known = reasons[code];
  if (known !== undefined) return known;
  if (hasLeft) return again(`did not answer as HTTP does (${code})`);
  if (ofHandshake.test(code)) return lasting(`does not agree on TLS (${code})`, address);
  if (ofCertificate.test(code)) return lasting(`has a certificate that cannot be verified (${code})`, trust);
  return again(`cannot be reached (${code})`);
}

function errorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause instanceof Error ? errorCode(cause) : String(name);
}
