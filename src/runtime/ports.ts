// What the program takes from the world around it: time, chance, other processes, the person, the wire.

import type { OpenExchange, Opening } from '../orb/connection.ts';
import type { ProcessPort } from '../platform/process.ts';
import type { Asking } from '../profiles/ask-keychain.ts';
import type { ConnectionChoice } from '../profiles/choose-connection.ts';
import type { KeychainReply, KeychainRequest } from '../profiles/keychain.ts';
import type { CommandEnd, Running } from '../profiles/shell-command.ts';
import type { Prompter } from '../prompts/prompter.ts';
import type { PrompterStreams } from '../prompts/terminal/prompter.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

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
  readonly process: ProcessPort;
  /** What runs this program. */
  readonly machine: {
    /** The version of Node, such as `20.20.2`. */
    readonly node: string;
    /** Whether the machine code that V8 makes is kept for the next start; `undefined` where the program was not built. */
    canKeepCode(): boolean | undefined;
  };
  readonly prompter: (streams: PrompterStreams) => Promise<Prompter>;
  /** Runs a shell command for its output. Rejects only with the signal's reason. */
  readonly runCommand: (command: string, running: Running) => Promise<CommandEnd>;
  /** Rejects only with the signal's reason. */
  readonly askKeychain: (request: KeychainRequest, asking: Omit<Asking, 'node'>) => Promise<KeychainReply>;
  /** Throws a `credentials` error if the key cannot be had. */
  readonly exchange: (choice: ConnectionChoice, opening: Opening) => Promise<OpenExchange>;
  /** The embedded ledger in a database file. */
  readonly sandbox: (db: string, opening: Pick<Opening, 'now' | 'note'>) => Promise<Sandbox>;
}
