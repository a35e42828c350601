import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { PostgresAddress } from '../../../src/record/postgres/address.ts';
import { passwordIn, passwordOf } from '../../../src/record/postgres/password.ts';
import { freshHome } from '../../support/run.ts';

const address: PostgresAddress & { readonly user: string } = {
  ...{ host: 'db', port: 5432, database: 'credits', user: 'ana', password: undefined },
  ...{ tls: 'verified', rootCertificates: undefined },
};

for (const [text, password] of [
  ['db:5432:credits:ana:secret', 'secret'],
  ['# db:5432:credits:ana:no\r\n*:*:*:ana:any\r\n', 'any'],
  ['db:5433:credits:ana:no\ndb:5432:other:ana:no\ndb:*:credits:ana:yes', 'yes'],
  ['db:5432:credits:ana:with\\:colon and \\\\', 'with:colon and \\'],
  ['db:5432:credits:bob:secret', undefined],
  ['db:5432:credits:ana', undefined],
  ['', undefined],
] as const)
  test(`of ${JSON.stringify(text)} the password is ${password}`, () => {
    expect(passwordIn(text, address)).toBe(password);
  });

test('a unix socket is localhost', () => {
  expect(passwordIn('localhost:5432:credits:ana:x', { ...address, host: '/run/postgresql' })).toBe('x');
});

test('the URL comes before the variable, the variable before the file, and each is masked from then on', () => {
  const home = freshHome();
  writeFileSync(path.join(home, '.pgpass'), 'db:*:*:*:from the file', { mode: 0o600 });
  const learned: string[] = [];
  const opening = { env: {}, home, learn: (secret: string) => void learned.push(secret) };
  expect(passwordOf(address, opening)).toBe('from the file');
  const variable = { ...opening, env: { PGPASSWORD: 'from the variable' } };
  expect(passwordOf(address, variable)).toBe('from the variable');
  expect(passwordOf({ ...address, password: 'from the URL' }, variable)).toBe('from the URL');
  expect(learned).toEqual(['from the file', 'from the variable', 'from the URL']);
});

test('a file that others can read is refused, and PGPASSFILE names another one', () => {
  const file = path.join(freshHome(), 'passwords');
  const opening = { env: { PGPASSFILE: file }, home: undefined, learn: () => {} };
  expect(passwordOf(address, opening)).toBeUndefined();
  writeFileSync(file, 'db:*:*:*:secret', { mode: 0o644 });
  expect(() => passwordOf(address, opening)).toThrow(expect.objectContaining({ kind: 'credentials' }));
});
