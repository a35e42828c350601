// Where `sandbox clone` copies an account to, and which process does it.
import type { CopyTarget } from '../sandbox/sandbox.ts';
import type { GlobalFlags, Runtime } from './runtime.ts';

/** The database is chosen as for `--sandbox`. Throws a CreditctlError if it is no use. */
export async function copyTarget(
  flags: GlobalFlags,
  { place, parts }: Pick<Runtime, 'place' | 'parts'>,
): Promise<CopyTarget> {
  const { host: path } = place({ ...flags, sandbox: true });
  const { runner, isAlive } = parts.process;
  const { copyIntoSandbox } = await import('../sandbox/sandbox.ts');
  return copyIntoSandbox({
    path,
    now: parts.now,
    pid: runner.pid,
    isAlive: (pid) => isAlive({ machine: runner.machine, pid }),
  });
}
