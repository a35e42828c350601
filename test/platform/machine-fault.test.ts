// What a failed system call is called: a current folder that is gone has stopped nothing half-way.
import { expect, test } from 'vitest';
import { machineFault, unwrittenFile } from '../../src/platform/machine-fault.ts';

const failed = (syscall: string) => machineFault(Object.assign(new Error('no'), { code: 'ENOENT', syscall }));

test('a current folder that was deleted is named, and nothing was done', () => {
  expect(failed('uv_cwd')).toMatchObject({ kind: 'failure', facts: { applied: 'no' } });
  expect(failed('uv_cwd')?.message).toContain('current folder');
  expect(failed('write')).toMatchObject({ facts: { applied: 'unknown' } });
});

test.each([
  ['EACCES', 'permission denied', 'Name another file'],
  ['ENOSPC', 'the disk is full', 'Free some space'],
  ['EDQUOT', 'quota', 'Free some space'],
])('a file that is not written for %s says why, and the way out that helps', (code, why, next) => {
  const error = Object.assign(new Error('no'), { code });
  const fault = unwrittenFile('The page cannot be written', error, 'Name another file');
  expect(fault).toMatchObject({ kind: 'failure', facts: { applied: 'no' } });
  expect(fault.message).toContain(why);
  expect(fault.facts.next?.[0]).toContain(next);
});

test('a system call that failed is the fault of the machine, with its file; another error is none', () => {
  const refused = Object.assign(new Error('EMFILE: too many'), {
    code: 'EMFILE',
    syscall: 'open',
    path: '/x',
  });
  expect(machineFault(refused)).toMatchObject({ kind: 'failure', facts: { applied: 'unknown' } });
  expect(machineFault(refused)?.message).toBe(
    'This machine refused open /x: too many files are open (EMFILE)',
  );
  expect(machineFault(new Error('Too many open files (os error 24)'))?.message).toContain('EMFILE');
  expect(machineFault(new TypeError('x is not a function'))).toBeUndefined();
});
