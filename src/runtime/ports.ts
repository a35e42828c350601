// What the program takes from the world around it: time, chance, other processes, the person, the wire.

import type { OpenExchange, Opening } from '../orb/connection.ts';
import type { ProcessPort } from '../platform/process.ts';
import type { RunProgram } from '../platform/program.ts';
import type { Asking } from '../profiles/ask-keychain.ts';
import type { ConnectionChoice } from '../profiles/choose-connection.ts';
import type { RecordChoice } from '../profiles/choose-record.ts';
import type { Environment } from '../profiles/environment.ts';
import type { KeychainReply, KeychainRequest } from '../profiles/keychain.ts';
import type { CommandEnd, Running } from '../profiles/shell-command.ts';
import type { Prompter } from '../prompts/prompter.ts';
import type { PrompterStreams } from '../prompts/terminal/prompter.ts';
import type { RecordStore } from '../record/record.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** What opening a record takes of the running program. */
export interface RecordOpening {
  readonly purpose: 'read' | 'write';
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly env: Environment;
  readonly process: ProcessPort;
  readonly home: string | undefined;
  /** Takes each password that is fetched, so that it is masked everywhere. */
  readonly learn: (secret: string) => void;
  /** Runs a shell command that prints a password. */
  readonly runCommand: (command: string) => Promise<CommandEnd>;
  /** The password that is kept for a profile's record; `undefined` if there is none. */
  readonly keptPassword: (profile: string) => Promise<string | undefined>;
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
  readonly process: ProcessPort;
  /** What runs this program. */
  readonly machine: {
    /** The version of Node, such as `20.20.2`. */
    readonly node: string;
    /** System and processor, such as `linux-x64`. */
    readonly platform: string;
    /** The file that was started, which may be a link; and whether it is the program and its Node in one. */
    started(): { readonly file: string; readonly isExecutable: boolean };
    /** Whether the machine code that V8 makes is kept for the next start; `undefined` where the program was not built. */
    canKeepCode(): boolean | undefined;
  };
  readonly prompter: (streams: PrompterStreams) => Promise<Prompter>;
  /** Runs a shell command for its output. Rejects only with the signal's reason. */
  readonly runCommand: (command: string, running: Running) => Promise<CommandEnd>;
  /** Runs a program without a shell, such as ssh-keygen. */
  readonly runProgram: RunProgram;
  /** Rejects only with the signal's reason. */
  readonly askKeychain: (
    request: KeychainRequest,
    asking: Pick<Asking, 'patience' | 'signal'>,
  ) => Promise<KeychainReply>;
  /** Throws a `credentials` error if the key cannot be had. */
  readonly exchange: (choice: ConnectionChoice, opening: Opening) => Promise<OpenExchange>;
  /**
   * Opens a record of writes. Throws a `network` error if it cannot be reached, `credentials` if it refuses the password,
   * `refused` if it is damaged or of another version, and `failure` if it cannot be written.
   * @param purpose `read` creates nothing: where there is no record yet, it answers empty
   */
  readonly record: (choice: RecordChoice, opening: RecordOpening) => Promise<RecordStore>;
  /** The embedded ledger in a database file. */
  readonly sandbox: (db: string, opening: Pick<Opening, 'now' | 'note'>) => Promise<Sandbox>;
}
