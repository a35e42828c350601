// A local record for tests: what opening one takes.
import path from 'node:path';
import type { RecordOpening } from '../../src/runtime/system.ts';
import { freshHome, noon } from './run.ts';

const noCommand = () => Promise.reject(new Error('no command was to be run'));

/** The file of a record, and how it is opened by a process that runs. */
export function recordOpening(
  file = path.join(freshHome(), 'record.db'),
  more: Partial<RecordOpening> = {},
): [string, RecordOpening] {
  const process = {
    who: 'tester',
    userId: undefined,
    host: 'test',
    runner: { machine: 'test', pid: 1 },
    isAlive: () => false,
    runBlocking: async <Result>(work: () => Result) => work(),
  };
  return [
    file,
    {
      purpose: 'write',
      now: () => noon,
      env: {},
      process,
      home: undefined,
      learn: () => {},
      runCommand: noCommand,
      keptPassword: () => Promise.resolve(undefined),
      ...more,
    },
  ];
}
