// What a failure of the engine means to a person: a full disk is named as one, whatever the engine calls it.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseFault, plainNaming } from '../../src/database/fault.ts';

const ioError = Object.assign(new Error('disk I/O error'), { errcode: 10 });
const faultAt = (path: string) => databaseFault(ioError, { path, naming: plainNaming });

test('a disk that failed is one to be checked', () => {
  const path = join(tmpdir(), 'file.db');
  expect(faultAt(path)).toMatchObject({
    kind: 'failure',
    message: expect.stringContaining(`The disk failed while the database ${path}`),
  });
});

// No room is ever left below /proc.
test.runIf(process.platform === 'linux')('where no room is left, that is the failure', () => {
  expect(faultAt('/proc/self/file.db')).toMatchObject({
    kind: 'failure',
    message:
      'There is no room left for the database /proc/self/file.db. Free some space on its disk and run the command again.',
  });
});
