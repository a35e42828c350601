// Joins the program to this process: its words, streams and signals in, its exit code out.
import { isatty } from 'node:tty';
import { CreditctlError } from './errors.ts';
import { main } from './main.ts';
import { makeRuntime } from './runtime.ts';
import { systemParts } from './system-parts.ts';

export interface StartOptions {
  /** The words after `creditctl`. */
  readonly argv: readonly string[];
  readonly version: string;
  /** Whether V8 took the machine code that the build kept for this version of Node. */
  readonly codeCacheFits?: () => boolean | undefined;
}

/** Runs one command line; the process ends by itself when the work is done. */
export async function start({ argv, version, codeCacheFits }: StartOptions): Promise<void> {
  const interruption = new AbortController();
  // A second signal meets no handler and ends the process at once.
  process.once('SIGINT', () => interruption.abort(new CreditctlError('interrupted', 'Interrupted')));
  process.once('SIGTERM', () => interruption.abort(new CreditctlError('terminated', 'Terminated')));
  const { stdout, stderr, env } = process;
  const streams = {
    get stdin() {
      return process.stdin;
    },
    stdinIsTerminal: isatty(0),
    stdout,
    stderr,
  };
  const { machine } = systemParts;
  const parts =
    codeCacheFits === undefined ? systemParts : { ...systemParts, machine: { ...machine, codeCacheFits } };
  process.exitCode = await main(
    makeRuntime({ version, argv, env, streams, interruption: interruption.signal, parts }),
  );
}
