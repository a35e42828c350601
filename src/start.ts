// Joins the program to this process, and runs its command line; only here errors are caught and exit codes chosen.

import { createReadStream, fstatSync } from 'node:fs';
import { lineOf } from './cli/argv.ts';
import { readCommandLine } from './cli/command-line.ts';
import type { Chosen, Program } from './cli/command-tree.ts';
import { withoutMistypedKeys } from './cli/mistyped-key.ts';
import { program } from './commands/program.ts';
import { CreditctlError, type ExitCode, exitCodeOf, repetition } from './errors.ts';
import { errorText } from './output/terminal/notes.ts';
import { ClosedPipe } from './output/terminal/streams.ts';
import { machineFault } from './platform/machine-fault.ts';
import { makeRuntime } from './runtime/make-runtime.ts';
import { isTerminal, outletOn } from './runtime/outlet.ts';
import type { Runtime } from './runtime/runtime.ts';
import { thisSystem } from './runtime/system.ts';

export interface StartOptions {
  /** The words after `creditctl`. */
  readonly argv: readonly string[];
  readonly version: string;
  /** Whether V8's machine code can be cached for the next start. */
  readonly canKeepCode?: () => boolean | undefined;
  /** Called with the command and its flags, such as `ledger add --amount`: the code cache may lack their functions. */
  readonly ran?: (shape: string) => void;
  /** Writes the code cache now instead of at the exit. */
  readonly keepCode?: () => void;
}

/** Runs one command line. The process ends when the work is done. */
export async function start(options: StartOptions): Promise<void> {
  const terminals = [0, 1, 2].filter(isTerminal);
  const interruption = new AbortController();
  listen(interruption);
  const runtime = runtimeOf(options, terminals, interruption.signal);
  // Exit code 1 until the work has ended: Node also ends a process when nothing is left to wait for.
  process.exitCode = 1;
  const cutShort = (): void => {
    process.exitCode = report(interruption.signal.reason ?? neverEnded(), runtime);
  };
  process.once('beforeExit', cutShort);
  // An error outside the work, such as of a stream, interrupts the work, which then reports it.
  process.on('uncaughtException', (error) => interruption.abort(error));
  process.exitCode = await main(runtime, options.keepCode);
  process.removeListener('beforeExit', cutShort);
  // Node itself would crash when it restores the settings of a closed terminal.
  if (!terminals.every(isTerminal)) endBy('SIGHUP');
}

const signals = [
  ['SIGINT', 'interrupted', 'Interrupted'],
  ['SIGTERM', 'terminated', 'Terminated'],
  ['SIGHUP', 'hung-up', 'The terminal was closed'],
] as const;

/**
 * Milliseconds in which the same signal may arrive twice: `npx` and `timeout` forward a signal that the terminal or the
 * process group also sends.
 */
const repeatedWithin = 500;

/**
 * The first signal interrupts the work; a later one ends the process at once. A repeated SIGHUP does not: when a terminal
 * closes, the shell and the system each send one.
 */
function listen(interruption: AbortController): void {
  let isInsisting = false;
  for (const [signal, kind, message] of signals)
    process.on(signal, () => {
      if (isInsisting && signal !== 'SIGHUP') endBy(signal);
      interruption.abort(new CreditctlError(kind, message));
      setTimeout(() => {
        isInsisting = true;
      }, repeatedWithin).unref();
    });
}

/** Ends the process at once, as an unhandled signal does. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function runtimeOf(
  { argv, version, canKeepCode, ran }: StartOptions,
  terminals: readonly number[],
  interruption: AbortSignal,
): Runtime {
  const { env } = process;
  const streams = {
    get stdin() {
      // Node takes a folder for an empty input.
      return fstatSync(0).isDirectory() ? createReadStream('', { fd: 0 }) : process.stdin;
    },
    stdinIsTerminal: terminals.includes(0),
    stdout: outletOn(1, { isTerminal: terminals.includes(1), stream: () => process.stdout }),
    stderr: outletOn(2, { isTerminal: terminals.includes(2), stream: () => process.stderr }),
    get screen() {
      return process.stderr;
    },
  };
  const { machine } = thisSystem;
  const system =
    canKeepCode === undefined ? thisSystem : { ...thisSystem, machine: { ...machine, canKeepCode } };
  const line = lineOf(program, argv);
  ran?.(line.shape);
  return makeRuntime({ version, argv, line, env, streams, interruption, system });
}

const neverEnded = (): CreditctlError =>
  new CreditctlError('failure', 'The command stopped before its work was done', {
    applied: 'unknown',
    retrySafe: true,
    next: [repetition(), 'creditctl history list'],
  });

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
  const code = done === 0 ? closed : done;
  // If stderr did not take the failure, the write was not reported: the same command does it, and sends nothing.
  await runtime.end(code === 0 || !runtime.terminal.isMute);
  return code;
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

/** Runs the command that the line names. Throws as the command does; a `usage` error carries suggestions. */
async function runCommandLine(program: Program, runtime: Runtime): Promise<void> {
  const chosen = await readCommandLine(program, runtime);
  if (chosen === undefined) return;
  const { command, args, flags } = chosen;
  try {
    // A wrong expression fails before anything is written.
    if (flags.jq !== undefined) await (await import('./output/jq.ts')).jqFilter(flags.jq, runtime);
    await command.run(args, flags, runtime);
  } catch (error) {
    if (!isUsage(error)) {
      if (!runtime.mayWrite) throw error;
      const { withEarlier } = await import('./runtime/earlier-write.ts');
      throw await withEarlier(error, { flags, settles: command.settles, named: args[0] }, runtime);
    }
    const left = await askAndRunAgain(error, chosen, runtime);
    if (left === undefined) return;
    const { withSuggestions } = await import('./cli/help/did-you-mean.ts');
    throw withSuggestions(left, command, { args, flags: { ...flags }, globals: program.options });
  }
}

const isUsage = (error: unknown): error is CreditctlError =>
  error instanceof CreditctlError && error.kind === 'usage';

/**
 * Asks for the missing values and runs the command again; it reports missing values before it acts. Throws as it does.
 * @returns the remaining `usage` error, if no question is possible or the rest of the line is wrong
 */
async function askAndRunAgain(
  error: CreditctlError,
  chosen: Chosen,
  runtime: Runtime,
): Promise<CreditctlError | undefined> {
  const { problems = [] } = error.facts;
  const lacksAll = problems.length > 0 && problems.every(({ isMissing }) => isMissing === true);
  if (!runtime.isAttended || !lacksAll) return error;
  const { questionsFor, askAndRun } = await import('./cli/ask-missing.ts');
  const questions = questionsFor(problems, chosen);
  const prompter = questions === undefined ? undefined : await runtime.prompter(chosen.flags);
  if (questions === undefined || prompter === undefined) return error;
  try {
    await askAndRun(chosen, { questions, prompter, runtime });
    return undefined;
  } catch (failure) {
    if (!isUsage(failure)) throw failure;
    return failure;
  }
}
