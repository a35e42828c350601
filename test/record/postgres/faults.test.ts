// What each error of PostgreSQL means for who asked: its kind, and with it the exit code.
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { isLost, recordFault } from '../../../src/record/postgres/faults.ts';

const error = (code: string): Error => Object.assign(new Error('as the server says it'), { code });

const place = {
  ...{ host: 'db.example.com', port: 5432, database: 'Credits', user: 'ana', password: undefined },
  tls: 'off',
  rootCertificates: undefined,
} as const;

test.each([
  ['53100', 'failure', 'a full disk'],
  ['25006', 'network', 'a server that takes no writes'],
  ['55P03', 'network', 'a lock that another write holds'],
  ['57P01', 'network', 'a server that is stopped'],
  ['ECONNREFUSED', 'network', 'no server'],
  ['28P01', 'credentials', 'a wrong password'],
  ['57014', 'network', 'a statement that took longer than the role may'],
  ['42P01', 'refused', 'no schema'],
  ['42703', 'refused', 'tables of another program'],
  ['42501', 'refused', 'no rights'],
  ['XX001', 'refused', 'damage'],
  ['CC002', 'refused', 'an account that a restore took away'],
])('%s is a %s error: %s', (code, kind) => {
  expect(recordFault(error(code), place, '; nothing was sent')).toMatchObject({
    kind,
    message: expect.stringMatching(/; nothing was sent$/),
    facts: { applied: 'no' },
  });
});

test.each([
  ['password authentication failed', 'credentials'],
  ['SASL authentication failed', 'credentials'],
  ['no such user: zed', 'credentials'],
  ['database "nodb" does not exist', 'refused'],
  ['no such database: nodb', 'refused'],
  ['server conn crashed?', 'network'],
])('PgBouncer has one code for what it refuses, and its text says what that is: %s', (text, kind) => {
  const refusal = Object.assign(new Error(text), { code: '08P01' });
  expect(recordFault(refusal, place)).toMatchObject({ kind });
  expect(isLost(refusal)).toBe(kind === 'network');
});

test('a transition that no write can make is a defect of the program, not of the server', () => {
  expect(recordFault(error('CC001'), place)).toBeInstanceOf(TypeError);
});

test.each([
  ['3D000', 'createdb --encoding UTF8 --owner <owner> Credits'],
  ['42501', 'creditctl record init --grant ana'],
  ['42501', 'grant connect on database "Credits" to "ana"'],
  ['25006', 'alter role "ana" set default_transaction_read_only = off'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'name the server as its certificate does'],
  ['CERT_HAS_EXPIRED', 'Renew the certificate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'sslrootcert'],
])('the way out of %s names the role and the database: %s', (code, way) => {
  const fault = recordFault(error(code), place);
  expect(fault instanceof CreditctlError && fault.facts.next?.join('\n')).toContain(way);
});
