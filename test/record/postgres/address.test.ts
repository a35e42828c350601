import { expect, test } from 'vitest';
import { addressName, postgresAddress } from '../../../src/record/postgres/address.ts';

const address = (url: string) => postgresAddress(url, '--record');

test('a URL is taken apart, and to another machine TLS is verified', () => {
  expect(address('postgres://ana:p%40ss@db.example.com/credit%20s?sslrootcert=/ca.pem')).toEqual({
    ...{ host: 'db.example.com', port: 5432, database: 'credit s', user: 'ana', password: 'p@ss' },
    ...{ tls: 'verified', rootCertificates: '/ca.pem' },
  });
});

test('a name of a database may have a slash, which the URL writes as %2F', () => {
  expect(address('postgres://localhost/a%2Fb')).toMatchObject({ database: 'a/b' });
});

test('only this machine itself is spoken to in the clear, and only if nobody asks for TLS', () => {
  for (const url of ['postgres://localhost/x', 'postgres://127.0.0.1:6432/x', 'postgres://[::1]/x'])
    expect(address(url), url).toMatchObject({ tls: 'off' });
  expect(address('postgresql:///x?host=/run/postgresql')).toMatchObject({
    host: '/run/postgresql',
    tls: 'off',
  });
  expect(address('postgres://localhost/x?sslmode=verify-full')).toMatchObject({ tls: 'verified' });
  expect(address('postgres://127.0.0.1.example.com/x')).toMatchObject({ tls: 'verified' });
});

for (const url of [
  ...['http://db/x', 'db.example.com/x', 'postgres://db', 'postgres://db/', 'postgres://db/a/b'],
  ...['postgres://db/x?sslmode=disable', 'postgres://db/x?sslmode=require', 'postgres://db/x?sslmode=prefer'],
  ...[
    'postgres://db/x?password=secret',
    'postgres://db/x?options=-c%20fsync',
    'postgres://localhost/x?ssl=0',
  ],
  'postgres://u:secret@db/x?sslmode=allow',
])
  test(`${url} is refused without being shown`, () => {
    expect(() => address(url)).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => address(url)).not.toThrow('secret');
  });

test('a name never has a password, and a port only where it is unusual', () => {
  expect(addressName(address('postgres://ana:secret@db.example.com/x'))).toBe(
    'PostgreSQL ana@db.example.com/x',
  );
  expect(addressName(address('postgres://[::1]:6432/x'))).toBe('PostgreSQL [::1]:6432/x');
});
