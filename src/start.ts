// Joins the program to this process: its words, streams and signals in, its exit code out.
import { lineOf } from './cli/argv.ts';
import { program } from './commands/program.ts';
import { CreditctlError } from './errors.ts';
import { main, report } from './main.ts';
import { isTerminal, outletOn } from './runtime/outlet.ts';
import { makeRuntime, type Runtime } from './runtime/runtime.ts';
import { systemParts } from './runtime/system.ts';

export interface StartOptions {
  /** The words after `creditctl`. */
  readonly argv: readonly string[];
  readonly version: string;
  /** Whether the machine code that V8 makes is kept for the next start. */
  readonly canKeepCode?: () => boolean | undefined;
  /** Takes what is run, such as `ledger add --amount`: what it compiles may not be kept yet. */
  readonly ran?: (shape: string) => void;
  /** Keeps the machine code now, and not when the process ends. */
  readonly keepCode?: () => void;
}

/** Runs one command line; the process ends by itself when the work is done. */
export async function start(options: StartOptions): Promise<void> {
  const terminals = [0, 1, 2].filter(isTerminal);
  const interruption = new AbortController();
  listen(interruption);
  const runtime = runtimeOf(options, terminals, interruption.signal);
  // Only work that has come to its end may call itself done: a process also ends when nothing is left to wait for.
  process.exitCode = 1;
  const cutShort = (): void => {
    process.exitCode = report(interruption.signal.reason ?? neverEnded(), runtime);
  };
  process.once('beforeExit', cutShort);
  // What fails apart from the work, such as a stream, stops the work, which then says so.
  process.on('uncaughtException', (error) => interruption.abort(error));
  process.exitCode = await main(runtime, options.keepCode);
  process.removeListener('beforeExit', cutShort);
  // Node itself would crash where it wants to restore the settings of a terminal that has gone.
  if (!terminals.every(isTerminal)) endBy('SIGHUP');
}

const signals = [
  ['SIGINT', 'interrupted', 'Interrupted'],
  ['SIGTERM', 'terminated', 'Terminated'],
  ['SIGHUP', 'hung-up', 'The terminal was closed'],
] as const;

/**
 * Milliseconds in which one signal may come more than once: `npx` and `timeout` pass on what the terminal or the group
 * gets as well.
 */
const repeatedWithin = 500;

/**
 * The first signal interrupts the work; who sends another later wants an end at once. A terminal that
 * closes says nothing of the kind: the shell and the system each send a signal, at times of their own.
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

/** Ends the process at once, as the signal does where it is not handled. */
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
      return process.stdin;
    },
    stdinIsTerminal: terminals.includes(0),
    stdout: outletOn(1, { isTerminal: terminals.includes(1), stream: () => process.stdout }),
    stderr: outletOn(2, { isTerminal: terminals.includes(2), stream: () => process.stderr }),
    get screen() {
      return process.stderr;
    },
  };
  const { machine } = systemParts;
  const parts =
    canKeepCode === undefined ? systemParts : { ...systemParts, machine: { ...machine, canKeepCode } };
  const line = lineOf(program, argv);
  ran?.(line.shape);
  return makeRuntime({ version, argv, line, env, streams, interruption, parts });
}

const neverEnded = (): CreditctlError =>
  new CreditctlError('failure', 'The command stopped before its work was done', {
    applied: 'unknown',
    retrySafe: true,
    next: ['Run the same command again', 'creditctl history list'],
  });
