// Turns an error of the connection into a message, and decides whether the request may have been applied and may be retried.
import { TransportFailure } from '../wire/json.ts';
import { ProxyRefusal } from './undici.ts';

/** The target of the request whose connection failed. */
interface FailedTarget {
  /** The host of the API, with its port. */
  readonly host: string;
  /** Whether a byte of the request may have been sent. Without one, the API cannot have applied the request. */
  readonly hasLeft: boolean;
}

/** One kind of failure: the message about the host, and whether a retry can help. */
interface Reason {
  readonly why: string;
  readonly isPermanent?: true;
  readonly next?: readonly string[];
}

const transient = (why: string): Reason => ({ why });
const permanent = (why: string, ...next: string[]): Reason => ({ why, isPermanent: true, next });

const trust = 'To trust it, set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of its issuer';
const clock = 'Check the date and the clock of this machine';
const address = 'Check base_url and ORB_BASE_URL: creditctl doctor';

const reasons: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: transient('refused the connection'),
  // Some machines report this error while they are offline, so a retry may succeed.
  ENOTFOUND: transient('has no address (DNS)'),
  EAI_AGAIN: transient('could not be looked up (DNS)'),
  EHOSTUNREACH: transient('cannot be reached'),
  ENETUNREACH: transient('cannot be reached: no network'),
  EADDRNOTAVAIL: transient('cannot be reached: no local port free'),
  UND_ERR_CONNECT_TIMEOUT: transient('did not accept a connection in time'),
  CERT_HAS_EXPIRED: permanent('has a certificate that expired', clock),
  CERT_NOT_YET_VALID: permanent('has a certificate that is not valid yet', clock),
  DEPTH_ZERO_SELF_SIGNED_CERT: permanent('has a self-signed certificate', trust),
  SELF_SIGNED_CERT_IN_CHAIN: permanent('has a self-signed certificate in its chain', trust),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: permanent('has a certificate of an issuer that is not known here', trust),
  UNABLE_TO_GET_ISSUER_CERT: permanent('has a certificate of an issuer that is not known here', trust),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: permanent(
    'has a certificate of an issuer that is not known here',
    trust,
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: permanent('has a certificate for another name', address),
  EPROTO: permanent('does not speak TLS', address),
  ERR_SSL_WRONG_VERSION_NUMBER: permanent('does not speak TLS', address),
  ERR_SSL_PACKET_LENGTH_TOO_LONG: permanent('does not speak TLS', address),
  UND_ERR_RES_EXCEEDED_MAX_SIZE: permanent(
    'answered with more than 16 MiB',
    'Ask for less at once, such as a smaller limit',
  ),
  UNKNOWN_CODING: permanent('answered in a coding that was not asked for'),
  DAMAGED_CODING: transient('answered with compressed bytes that are damaged'),
  UND_ERR_HEADERS_TIMEOUT: transient('did not answer in time'),
  UND_ERR_BODY_TIMEOUT: transient('stopped in the middle of its answer'),
  UND_ERR_SOCKET: transient('cut the connection'),
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: transient('cut its answer short'),
  ECONNRESET: transient('cut the connection'),
  EPIPE: transient('cut the connection'),
  ETIMEDOUT: transient('did not answer in time'),
};

/** OpenSSL's codes for a bad certificate. A retry never helps. */
const ofCertificate =
  /CERT|^UNABLE_TO_|^CRL_|^INVALID_(CA|PURPOSE)$|^HOSTNAME_MISMATCH$|^PATH_LENGTH_EXCEEDED$/;

/** Codes of a failed TLS handshake, except an internal error of the host. */
const ofHandshake = /^ERR_(SSL|TLS)_(?!.*INTERNAL_ERROR)/;

/** The failure for an error of the connection. Its message never holds a secret. */
export function transportFailure(error: unknown, { host, hasLeft }: FailedTarget): TransportFailure {
  // A proxy refuses before the first byte is sent to the API.
  if (error instanceof ProxyRefusal) return proxyFailure(error, host);
  const { why, isPermanent, next } = reasonOf(error, { hasLeft });
  return new TransportFailure(`${host} ${why}`, hasLeft ? 'maybe' : 'no', {
    cause: error,
    isPermanent,
    next,
  });
}

/** The answer did not arrive within its time limit. */
export const timedOut = ({ host, hasLeft }: FailedTarget): TransportFailure =>
  hasLeft
    ? new TransportFailure(`${host} did not finish its answer in time`, 'maybe')
    : new TransportFailure(`${host} did not accept a connection in time`, 'no');

function proxyFailure(refusal: ProxyRefusal, host: string): TransportFailure {
  const { proxy, status, cause } = refusal;
  const { why, isPermanent, next } =
    status === undefined ? reasonOf(cause, { hasLeft: false }) : refusalOf(status, { proxy, host });
  const check = `Check ${proxy.variable} and NO_PROXY: creditctl doctor`;
  return new TransportFailure(`The proxy ${proxy.url} (${proxy.variable}) ${why}`, 'no', {
    cause: refusal,
    isPermanent,
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
    return permanent('asks for a user name and a password (407)', way);
  }
  if (status === 407)
    return permanent(`does not accept the user name and password of ${proxy.variable} (407)`);
  return status >= 500
    ? transient(`does not reach ${host} (${status})`)
    : permanent(`does not let anybody through to ${host} (${status})`);
}

function reasonOf(error: unknown, { hasLeft }: Pick<FailedTarget, 'hasLeft'>): Reason {
  const code = errorCode(error);
  const known = reasons[code];
  if (known !== undefined) return known;
  if (hasLeft) return transient(`did not answer as HTTP does (${code})`);
  if (ofHandshake.test(code)) return permanent(`does not agree on TLS (${code})`, address);
  if (ofCertificate.test(code))
    return permanent(`has a certificate that cannot be verified (${code})`, trust);
  return transient(`cannot be reached (${code})`);
}

function errorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause instanceof Error ? errorCode(cause) : String(name);
}
