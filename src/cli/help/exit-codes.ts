// What each exit code says to a script, and which kinds of error end with it.
import { type ErrorKind, exitCodes } from '../../errors.ts';

/** In the order of the codes. */
export const exitCodeMeanings: Readonly<Record<ErrorKind, string>> = {
  failure: 'something on this machine failed, or this program did',
  'check-failed': 'a check that was asked for failed, such as balance --fail-below',
  usage: 'the command line, the configuration or a value cannot be meant; nothing was sent',
  credentials: 'no API key, or the API does not accept it',
  'not-found': 'the customer, block or path does not exist',
  rejected: 'the API refused the request (another 4xx); nothing was written',
  'rate-limited': 'still told to slow down (429) after all retries; nothing was written',
  server: 'the API still failed after all retries of a read, or its answer cannot be read',
  network: 'the API could not be reached; nothing was written',
  'partly-done': 'a batch is partly done',
  refused: 'a guard refused, or consent was declined or could not be had; nothing was sent',
  'outcome-unknown': 'the write may have been applied; run the same command again to settle it',
  'hung-up': 'the terminal was closed (SIGHUP)',
  interrupted: 'interrupted by Ctrl-C (SIGINT)',
  terminated: 'ended by SIGTERM',
};

export interface ExitCodeLine {
  readonly code: number;
  /** The `code` of the JSON error; empty for success. */
  readonly kind: ErrorKind | '';
  readonly text: string;
}

export const exitCodeLines: readonly ExitCodeLine[] = [
  { code: 0, kind: '', text: 'done; also where the reader of stdout went away' },
  ...Object.entries(exitCodeMeanings).map(([kind, text]) => ({
    code: exitCodes[kind as ErrorKind],
    kind: kind as ErrorKind,
    text,
  })),
];
