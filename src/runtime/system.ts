// Connects the program to this machine; each heavy part is loaded at its first use.
import { setTimeout } from 'node:timers/promises';
import type { OpenExchange, Opening } from '../orb/connection.ts';
import { onContinued, type ProcessPort, thisProcess } from '../platform/process.ts';
import type { RunProgram } from '../platform/program.ts';
import type { Asking } from '../profiles/ask-keychain.ts';
import type { ConnectionChoice } from '../profiles/choose-connection.ts';
import type { KeychainReply, KeychainRequest } from '../profiles/keychain.ts';
import type { RecordChoice } from '../profiles/record-and-policy.ts';
import type { CommandEnd, Running } from '../profiles/shell-command.ts';
import type { Prompter } from '../prompts/prompter.ts';
import type { PrompterStreams } from '../prompts/terminal/prompter.ts';
import type { PasswordSources } from '../record/postgres/password.ts';
import type { RecordStore } from '../record/record.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Exchange } from '../wire/json.ts';

/** The parts of the running program that opening a record needs. */
export interface RecordOpening extends PasswordSources {
  readonly purpose: 'read' | 'write';
  /** Ends the wait for a server. */
  readonly interruption?: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly process: ProcessPort;
}

/** The program's access to this machine. Tests replace each part with a strict fake. */
export interface System {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds since an arbitrary start; never goes back, even if the clock is set. */
  readonly monotonic: () => number;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  /** A fresh idempotency key, at most 64 characters. */
  readonly newKey: () => string;
  /** Resolves after that many milliseconds; rejects with the signal's reason if the signal comes first. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The user, this process, and whether other processes of this machine still run. */
  readonly process: ProcessPort;
  /** Node, the system, and the started file. */
  readonly machine: {
    /** The version of Node, such as `20.20.2`. */
    readonly node: string;
    /** System and processor, such as `linux-x64`. */
    readonly platform: string;
    /** The IANA time zone that this machine is set to. */
    zone(): string;
    /** The started file, which may be a link, and whether it is the single executable with its own Node. */
    started(): { readonly file: string; readonly isExecutable: boolean };
    /** Whether V8's machine code can be cached for the next start; `undefined` if the program was not built. */
    canKeepCode(): boolean | undefined;
    /** The kind of a folder's disk, if its files do not survive a restart. */
    shortLivedDisk(folder: string): Promise<string | undefined>;
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
  /** Throws a `credentials` error if the key cannot be fetched. */
  readonly exchange: (choice: ConnectionChoice, opening: Opening) => Promise<OpenExchange>;
  /**
   * Opens a record of writes. Throws a `network` error if it is unreachable, `credentials` if it refuses the password,
   * `refused` if it is damaged or of another version, and `failure` if it is not writable.
   * @param purpose `read` creates nothing: a missing record reads as empty
   */
  readonly record: (choice: RecordChoice, opening: RecordOpening) => Promise<RecordStore>;
  /** The embedded ledger in a database file. */
  readonly sandbox: (db: string, opening: Pick<Opening, 'now' | 'note'>) => Promise<Sandbox>;
}

export const thisSystem: System = {
  now: Date.now,
  monotonic: () => performance.now(),
  random: Math.random,
  newKey: () => crypto.randomUUID(),
  sleep,
  process: thisProcess,
  machine: {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    zone: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
    started,
    canKeepCode: () => undefined,
    shortLivedDisk: async (folder) => (await import('../platform/network-disk.ts')).shortLivedDiskOf(folder),
  },
  prompter,
  runCommand: async (command, running) =>
    (await import('../profiles/shell-command.ts')).runShell(command, running),
  runProgram: async (call) => (await import('../platform/program.ts')).runProgram(call),
  askKeychain: async (request, asking) =>
    (await import('../profiles/ask-keychain.ts')).askKeychain(request, {
      ...asking,
      node: process.execPath,
      isExecutable: started().isExecutable,
    }),
  exchange: openExchange,
  record: openRecord,
  sandbox: openEmbedded,
};

/** Finds the started file; the program and its Node may be one file (see `build/package.mjs`). */
function started() {
  const sea: object | undefined = process.getBuiltinModule('node:sea');
  const isExecutable =
    sea !== undefined && 'isSea' in sea && typeof sea.isSea === 'function' && sea.isSea() === true;
  return { file: isExecutable ? process.execPath : (process.argv[1] ?? ''), isExecutable };
}

async function prompter(streams: PrompterStreams): Promise<Prompter> {
  const onScreen = async () => (await import('../prompts/terminal/prompter.ts')).terminalPrompter(streams);
  if (!streams.isPlain) return onScreen();
  return (await import('../prompts/terminal/plain-prompter.ts')).plainPrompter(
    { ...streams, onContinued },
    onScreen,
  );
}

async function openExchange(choice: ConnectionChoice, opening: Opening): Promise<OpenExchange> {
  if (choice.kind === 'sandbox') {
    const sandbox = await openEmbedded(choice.db, opening);
    const { exchange, ledger, clock } = sandbox;
    const close = () => sandbox.deliver(deliveryMost).finally(() => sandbox.close());
    return { exchange: yieldingBetweenReads(exchange), ledger, now: clock.now, close };
  }
  const apiKey = await opening.keyOf(choice);
  const { connectHttp } = await import('../orb/http-exchange.ts');
  const userAgent = `creditctl/${opening.version} node/${process.versions.node}`;
  return connectHttp({ baseUrl: choice.baseUrl, apiKey, userAgent, proxy: choice.proxy });
}

/** Milliseconds that a command waits to deliver the embedded ledger's webhooks; later runs send the rest. */
const deliveryMost = 2000;

async function openRecord(choice: RecordChoice, opening: RecordOpening): Promise<RecordStore> {
  if (choice.kind === 'sqlite')
    return (await import('../record/sqlite/store.ts')).openSqliteRecord(choice.file, opening);
  return (await import('../record/postgres/store.ts')).openPostgresRecord(choice, opening);
}

/** The most reads of the embedded ledger in a row; together they take well under a second. */
const readsInARow = 16;

/**
 * The embedded ledger answers within one turn of the event loop. So a long walk must yield to the event loop, or no
 * signal is handled and no memory freed until the walk ends. @throws the signal's reason, from a read, once it is aborted
 */
function yieldingBetweenReads(exchange: Exchange): Exchange {
  let reads = 0;
  return async (request, signal) => {
    if (request.method === 'GET') reads += 1;
    if (request.method === 'GET' && reads % readsInARow === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    return exchange(request, signal);
  };
}

async function openEmbedded(db: string, { now, note }: Pick<Opening, 'now' | 'note'>): Promise<Sandbox> {
  const { openSandbox } = await import('../sandbox/sandbox.ts');
  // The global crypto loads at its first use, so a command that only reads does not load it.
  const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const sandbox = await openSandbox({ path: db, now, randomBytes });
  if (!sandbox.created) return sandbox;
  note({
    text: `Created the embedded ledger ${db} with three sample customers: acme, globex, initech`,
    data: { sandbox_created: { db, customers: ['acme', 'globex', 'initech'] } },
  });
  return sandbox;
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
