// What the program takes from the world around it: time, chance, other processes, the person, the wire.
import type { ConnectionChoice } from './profiles/choose-connection.ts';
import type { Prompter } from './questions/prompter.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { Submission } from './submission/submit.ts';
import type { Note } from './terminal/notes.ts';
import type { PrompterStreams } from './terminal/prompter.ts';
import type { Exchange } from './wire/message.ts';

/** The wire to an API, open until it is closed. */
export interface OpenExchange {
  readonly exchange: Exchange;
  /** The other side's clock, where it is known to differ: the embedded ledger's may have been moved. Milliseconds. */
  readonly now?: () => number;
  close(): Promise<void> | void;
}

/** What opening a wire may need of the running program. */
export interface Opening {
  readonly version: string;
  readonly now: () => number;
  note(note: Note): void;
}

/** Handed in whole, so that a test can put something strict in the place of each. */
export interface Parts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds from some beginning, which only ever pass, whatever is done to the clock. */
  readonly monotonic: () => number;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  /** A fresh idempotency key, at most 64 characters. */
  readonly newKey: () => string;
  /** Resolves after so many milliseconds; rejects with the signal's reason if that comes first. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Who runs this, in which process, and which other processes of this machine still run. */
  readonly process: Pick<Submission, 'who' | 'runner' | 'isAlive'>;
  readonly prompter: (streams: PrompterStreams) => Promise<Prompter>;
  /** Throws a `credentials` error for a choice without the key it needs. */
  readonly exchange: (choice: ConnectionChoice, opening: Opening) => Promise<OpenExchange>;
  /** The embedded ledger in a database file. */
  readonly sandbox: (db: string, opening: Opening) => Promise<Sandbox>;
}
