// All checks in the order in which they are told: the program, its files, the connection, what it keeps, the terminal.
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { connectionFindings } from './connection.ts';
import { configurationVerdict, credentialsVerdict, diskVerdict, stateVerdict } from './files.ts';
import { type Finding, finding, ok, type Verdict } from './finding.ts';
import { journalVerdict } from './journal.ts';
import { codeCacheVerdict, nodeVerdict } from './program.ts';
import { sandboxVerdict } from './sandbox.ts';
import { terminalVerdict } from './terminal.ts';

/** Makes every check, whatever the others find. Rejects only if the program is interrupted. */
export async function examine(flags: GlobalFlags, runtime: Runtime): Promise<readonly Finding[]> {
  const { folders } = runtime;
  const { node, codeCacheFits } = runtime.parts.machine;
  const of = (check: string, verdict: () => Verdict | Promise<Verdict>): Promise<Finding> =>
    finding(check, verdict, runtime.interruption);
  return [
    await of('version', () => ok(runtime.version)),
    await of('node', () => nodeVerdict(node)),
    await of('code cache', () => codeCacheVerdict(codeCacheFits(), node)),
    await of('configuration', () => configurationVerdict(folders.config)),
    await of('credentials', () => credentialsVerdict(folders.config)),
    await of('state folder', () => stateVerdict(folders.state)),
    await of('disk space', () => diskVerdict(folders.state)),
    ...(await connectionFindings(flags, runtime)),
    await of('journal', () => journalVerdict(runtime)),
    await of('sandbox', () => sandboxVerdict(flags, runtime)),
    await of('terminal', () => terminalVerdict(runtime)),
  ];
}
