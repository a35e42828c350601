// From the words of a command line to an exit code: the only catch, and the only reader of exit codes.
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
 * @param tidyUp what takes time and is not waited for: done when all is said, and before that is noted
 */
export async function main(runtime: Runtime, tidyUp = (): void => {}): Promise<ExitCode> {
  const succeeded = (): ExitCode => 0;
  const failed = (error: unknown): ExitCode => report(error, runtime);
  const done = await runCommandLine(program, runtime).then(succeeded, failed);
  const closed = await runtime.close().then(succeeded, failed);
  // Who kills the process from now on knows no exit code, and yet the write counts as reported: so nothing may be left.
  tidyUp();
  await runtime.end();
  return done === 0 ? closed : done;
}

/** Says on stderr what went wrong, and returns the exit code that stands for it. */
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

/** A fault of this program, shown with what is needed to report it. */
function defect(error: unknown): CreditctlError {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new CreditctlError('failure', `This is a defect of creditctl, not of what you typed: ${what}`, {
    applied: 'unknown',
    cause: error,
  });
}
