import { expect, test } from 'vitest';
import { timedOut, transportFailure } from '../../src/orb/connection-failure.ts';
import { ProxyRefusal } from '../../src/orb/undici.ts';

const way = (hasLeft: boolean) => ({ host: 'api', hasLeft });

test.each([
  [{ code: 'ECONNREFUSED' }, false, 'refused the connection'],
  [{ code: 'EHOSTUNREACH' }, false, 'cannot be reached'],
  [{ code: 'EHOSTUNREACH' }, true, 'cannot be reached'],
  [{ code: 'ENETUNREACH' }, true, 'cannot be reached: no network'],
  [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, false, 'did not accept a connection in time'],
  [{ code: 'UND_ERR_HEADERS_TIMEOUT' }, true, 'did not answer in time'],
  [
    { name: 'Error', cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) },
    false,
    'has no address (DNS)',
  ],
  [{ name: 'HPE_SOMETHING' }, true, 'did not answer as HTTP does (HPE_SOMETHING)'],
  [{ code: 'ENOSUCHTHING' }, false, 'cannot be reached (ENOSUCHTHING)'],
])('%j of a request that left (%s) may get better: %s', (error, hasLeft, why) =>
  expect(transportFailure(error, way(hasLeft))).toMatchObject({
    mayHaveHappened: hasLeft ? 'maybe' : 'no',
    isPermanent: false,
    message: `api ${why}`,
  }));

test.each([
  ['CERT_HAS_EXPIRED', 'has a certificate that expired', 'clock'],
  ['CERT_NOT_YET_VALID', 'has a certificate that is not valid yet', 'clock'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'has a self-signed certificate', 'NODE_EXTRA_CA_CERTS'],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'has a certificate of an issuer that is not known',
    'NODE_EXTRA_CA_CERTS',
  ],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'has a certificate for another name', 'base_url'],
  ['CERT_REVOKED', 'has a certificate that cannot be verified (CERT_REVOKED)', 'NODE_EXTRA_CA_CERTS'],
  ['INVALID_CA', 'has a certificate that cannot be verified (INVALID_CA)', 'NODE_EXTRA_CA_CERTS'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS', 'base_url'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'does not agree on TLS', 'base_url'],
])('%s lasts, and says what is wrong and what to do', (code, why, next) => {
  const failure = transportFailure({ code }, way(false));
  expect(failure).toMatchObject({ mayHaveHappened: 'no', isPermanent: true });
  expect(failure.message).toContain(`api ${why}`);
  expect(failure.next.join()).toContain(next);
});

test.each([
  'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
  'ERR_SSL_SSLV3_ALERT_UNEXPECTED_MESSAGE',
])('%s on a connection that stood may get better', (code) =>
  expect(transportFailure({ code }, way(true))).toMatchObject({
    mayHaveHappened: 'maybe',
    isPermanent: false,
  }));

test('of several addresses that refuse, the first says why', () => {
  const refused = Object.assign(new Error(), { code: 'ECONNREFUSED' });
  const failure = transportFailure(new AggregateError([refused, refused]), way(false));
  expect(failure.message).toBe('api refused the connection');
});

test('a time that is over before the request left means that nothing happened', () => {
  expect(timedOut(way(false)).mayHaveHappened).toBe('no');
  expect(timedOut(way(true)).mayHaveHappened).toBe('maybe');
});

const proxy = { url: 'http://proxy.example:3128', variable: 'HTTPS_PROXY' };

test.each([
  [407, proxy, true, 'asks for a user name and a password (407)'],
  [407, { ...proxy, authorization: 'Basic c2VjcmV0' }, true, 'does not accept the user name and password'],
  [403, proxy, true, 'does not let anybody through to api (403)'],
  [502, proxy, false, 'does not reach api (502)'],
])('a proxy that answers %d to %j', (status, named, isPermanent, why) => {
  const failure = transportFailure(new ProxyRefusal(named, status), way(false));
  expect(failure).toMatchObject({ mayHaveHappened: 'no', isPermanent });
  expect(failure.message).toContain(`The proxy http://proxy.example:3128 (HTTPS_PROXY) ${why}`);
  expect(failure.message + failure.next.join()).not.toContain('c2VjcmV0');
});

test('a proxy that cannot be reached, or whose own certificate is not trusted, is named in place of the host', () => {
  const refusal = (code: string) => new ProxyRefusal(proxy, undefined, { code });
  expect(transportFailure(refusal('ECONNREFUSED'), way(false))).toMatchObject({
    mayHaveHappened: 'no',
    isPermanent: false,
    message: 'The proxy http://proxy.example:3128 (HTTPS_PROXY) refused the connection',
  });
  expect(transportFailure(refusal('DEPTH_ZERO_SELF_SIGNED_CERT'), way(false)).isPermanent).toBe(true);
});

test.each([
  'EPROTO',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
])('where the proxy is what fails with %s, its variable is what to check, and no base URL', (code) => {
  const { next } = transportFailure(new ProxyRefusal(proxy, undefined, { code }), way(false));
  expect(next).toEqual(['Check HTTPS_PROXY and NO_PROXY: creditctl doctor']);
});
