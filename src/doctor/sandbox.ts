// The embedded ledger's database: whether it is there, of a version that is known, and sound at a quick look.
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { failed, ok, type Verdict, verdictOn } from './finding.ts';

/** Looks without making or changing anything. A fault only fails if the embedded ledger is the connection in use. */
export async function sandboxVerdict(flags: GlobalFlags, runtime: Runtime): Promise<Verdict> {
  const verdict = await examined(flags, runtime);
  if (verdict.status !== 'failed' || isInUse(flags, runtime)) return verdict;
  return { ...verdict, status: 'warning' };
}

async function examined(flags: GlobalFlags, runtime: Runtime): Promise<Verdict> {
  try {
    const { host: db } = runtime.place({ ...flags, sandbox: true });
    const { examineSandbox } = await import('../sandbox/sandbox.ts');
    const examination = await examineSandbox(db);
    if (examination === undefined) return ok(`no file ${db}: the first use makes it`);
    const { bytes, version, newest, problem } = examination;
    const size = `${db}, ${(bytes / 1e6).toFixed(1)} MB`;
    if (problem !== undefined)
      return failed(
        `${size}: ${problem}`,
        'Look closer: creditctl sandbox status; begin anew: creditctl sandbox reset',
      );
    if (version === newest) return ok(`${size}, version ${version}`);
    return ok(`${size}, version ${version}; the next use brings it to ${newest}`);
  } catch (error) {
    return verdictOn(error);
  }
}

function isInUse(flags: GlobalFlags, runtime: Runtime): boolean {
  try {
    return runtime.choice(flags).kind === 'sandbox';
  } catch {
    return false;
  }
}
