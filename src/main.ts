// Runs one command line and returns its exit code; only here errors are caught and exit codes chosen.
import { runCommandLine } from './cli/command-line.ts';
import { withoutMistypedKeys } from './cli/mistyped-key.ts';
import { program } from './commands/program.ts';
import { CreditctlError, type ExitCode, exitCodeOf } from './errors.ts';
import { errorText } from './output/terminal/notes.ts';
import { ClosedPipe } from './output/terminal/streams.ts';
import { machineFault } from './platform/machine-fault.ts';
import type { Runtime } from './runtime/runtime.ts';

/**
 * Resolves with the exit code.
 * @param tidyUp slow work that no output depends on: runs after the output, and before the write is noted as reported
 */
export async function main(runtime: Runtime, tidyUp = (): void => {}): Promise<ExitCode> {
  const succeeded = (): ExitCode => 0;
  const failed = (error: unknown): ExitCode => report(error, runtime);
  const done = await runCommandLine(program, runtime).then(succeeded, failed);
  const closed = await runtime.close().then(succeeded, failed);
  // From here on, a killed process has no exit code but its write counts as reported. So all other work must be done.
  tidyUp();
  await runtime.end();
  return done === 0 ? closed : done;
}

/** Prints the error on stderr, and returns its exit code. */
export function report(
  error: unknown,
  runtime: Pick<Runtime, 'terminal' | 'noteStyle' | 'mayWrite' | 'argv' | 'where'>,
): ExitCode {
  if (error instanceof ClosedPipe) return 0;
  const known = error instanceof CreditctlError ? error : (machineFault(error) ?? defect(error));
  const shown = withoutMistypedKeys(known, runtime.argv);
  runtime.terminal.say(errorText(shown, runtime, runtime.terminal.noteWidth));
  return exitCodeOf(known);
}

/** The failure for a defect of this program, with the stack for a report. */
function defect(error: unknown): CreditctlError {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new CreditctlError('failure', `This is a defect of creditctl, not of what you typed: ${what}`, {
    applied: 'unknown',
    cause: error,
  });
}
