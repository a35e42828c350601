// What a failed system call is called: a current folder that is gone has stopped nothing half-way.
import { expect, test } from 'vitest';
import { machineFault } from '../../src/platform/machine-fault.ts';

const failed = (syscall: string) => machineFault(Object.assign(new Error('no'), { code: 'ENOENT', syscall }));

test('a current folder that was deleted is named, and nothing was done', () => {
  expect(failed('uv_cwd')).toMatchObject({ kind: 'failure', facts: { applied: 'no' } });
  expect(failed('uv_cwd')?.message).toContain('current folder');
  expect(failed('write')).toMatchObject({ facts: { applied: 'unknown' } });
});
