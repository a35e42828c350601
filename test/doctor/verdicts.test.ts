import { expect, test } from 'vitest';
import { configurationVerdict, credentialsVerdict, roomVerdict } from '../../src/doctor/files.ts';

test.each([
  [9_999_999, 'failed', '9 MB left'],
  [10_000_000, 'warning', '10 MB left'],
  [499_999_999, 'warning', '499 MB left'],
  [500_000_000, 'ok', '500 MB left'],
  [81_400_000_000, 'ok', '81.4 GB left'],
])('with %d bytes left the disk is %s', (bytes, status, found) => {
  const verdict = roomVerdict(bytes, '/state');
  expect(verdict).toMatchObject({ status, found });
  expect(verdict.remedy.length).toBe(status === 'ok' ? 0 : 1);
});

test('where a file is in the place of the folder, the configuration says so and no key is kept', () => {
  const file = import.meta.filename;
  expect(() => configurationVerdict(file)).toThrow(`${file} is not a folder`);
  expect(credentialsVerdict(file)).toMatchObject({ status: 'ok', found: `no key file in ${file}` });
});
