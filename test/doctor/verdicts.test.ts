import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  configurationVerdict,
  credentialsVerdict,
  roomVerdict,
  stateVerdict,
} from '../../src/doctor/files.ts';
import { withFs } from '../support/replaced-fs.ts';
import { freshHome } from '../support/run.ts';

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

test('a record that is read-only in a writable folder takes no writes', async () => {
  const folder = freshHome();
  const record = `${folder}/record.db`;
  writeFileSync(record, '');
  expect(stateVerdict(folder).status).toBe('ok');
  const closed = (real: (...given: readonly unknown[]) => unknown) => (file: unknown, mode: unknown) => {
    if (file === record) throw Object.assign(new Error('EACCES'), { code: 'EACCES', path: file });
    return real(file, mode);
  };
  expect(await withFs('accessSync', closed, () => stateVerdict(folder))).toMatchObject({
    status: 'failed',
    found: `${record} is not writable (EACCES), so no write can be recorded`,
  });
});
