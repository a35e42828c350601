// Composes the parts of the program for a command, each made at its first use, in order of dependency.

import type { ConnectionTexts, CreditctlError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import type { OutputFlags } from '../output/output-flags.ts';
import { isLeftOut, type Note, type NoteStyle, noteText, withFlags } from '../output/terminal/notes.ts';
import { type StandardStreams, type Terminal, terminalOn } from '../output/terminal/streams.ts';
import { showsColour } from '../output/terminal/theme.ts';
import { makeSecrets, type Secrets } from '../platform/secrets.ts';
import {
  type ConnectionChoice,
  type ConnectionFlags,
  connectionInUse,
  type OrbChoice,
  profileInUse,
  profileName,
  type Target,
  targetOf,
} from '../profiles/choose-connection.ts';
import { knownSecrets, readConfig } from '../profiles/config-file.ts';
import {
  type Environment,
  type Folders,
  folders,
  homeFolder,
  isBuildServer,
} from '../profiles/environment.ts';
import { type Profiles, profilesIn } from '../profiles/profiles.ts';
import { type Config, profileNamed } from '../profiles/settings.ts';
import { maskedPrompter } from '../prompts/masked-prompter.ts';
import type { Prompter } from '../prompts/prompter.ts';
import type { CopyTarget, Sandbox, ServedSandbox } from '../sandbox/sandbox.ts';
import { askKeychain, keyOf } from './api-key.ts';
import { readBytes } from './bounded-file.ts';
import { Ending, timeLimit } from './ending.ts';
import { type Connecting, openings } from './openings.ts';
import { type RunRecords, runRecords } from './records.ts';
import type { System } from './system.ts';

/** The flags of every command. */
export interface GlobalFlags extends ConnectionFlags, OutputFlags {
  /** False under `--no-input`: the program asks no question. */
  readonly input?: boolean;
}

/** Options of the embedded ledger's server. */
export interface Serving {
  /** 0 for any free port. */
  readonly port: number;
  /** `live`, `test`, `trial` or a number of writes per second; default: no limits. */
  readonly rateLimits?: string | undefined;
}

export interface Runtime extends RunRecords {
  readonly version: string;
  /** The words after `creditctl`. */
  readonly argv: readonly string[];
  /** The line up to its last word, the options after that word, and everything from `--` on. */
  readonly typed: Readonly<Record<'start' | 'options' | 'last', readonly string[]>>;
  /** The flags of the connection: of the line, until a connection is opened. Suggested command lines repeat them. */
  readonly where: ConnectionTexts;
  readonly env: Environment;
  readonly folders: Folders;
  readonly terminal: Terminal;
  /** Secrets that must not leave the program, a fetched key included. */
  readonly secrets: Secrets;
  readonly noteStyle: NoteStyle;
  /** The line is a write to a ledger. */
  readonly mayWrite: boolean;
  /** Nothing on the terminal is redrawn. Set once `choice` or `prompter` knows the profile. */
  readonly isPlain?: boolean;
  /** What the person typed last to confirm a write: the id or amount that `--confirm` also accepts. */
  readonly consent: { readonly typedBack?: string };
  /** A person can be asked: there is a terminal, and `--no-input` was not given. */
  readonly isAttended: boolean;
  readonly system: System;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted by SIGINT and SIGTERM, with a CreditctlError as its reason. */
  readonly interruption: AbortSignal;
  /** Prints a note on stderr, as a sentence or as JSON, depending on the output format. */
  note(note: Note): void;
  /** The prompter, if a person is present and `--no-input` is not given. */
  prompter(flags: GlobalFlags): Promise<Prompter | undefined>;
  readonly profiles: Profiles;
  /** The connection that flags, environment and profile choose. Opens nothing. */
  choice(flags: GlobalFlags): ConnectionChoice;
  /** The target of that connection, as a write prints it first. */
  target(flags: GlobalFlags): Target;
  /** The key of a connection, fetched at most once. Throws a `credentials` error that never shows the key. */
  keyOf(choice: OrbChoice): Promise<string>;
  /**
   * Opens the connection. Throws a `credentials` error without a key, after offering the embedded ledger on a terminal.
   * Throws a `usage` error if `--db` names a missing database, unless it may be created.
   */
  connect(flags: GlobalFlags, connecting?: Connecting): Promise<Connection>;
  /** The embedded ledger itself, with its clock, faults and load. The database is chosen as for `--sandbox`. */
  openSandbox(flags: GlobalFlags, opening?: Pick<Connecting, 'mayCreate'>): Promise<Sandbox>;
  /** The embedded ledger over HTTP on this machine; the database is chosen as for `--sandbox`. */
  serveSandbox(flags: GlobalFlags, serving: Serving): Promise<ServedSandbox & { readonly apiKey: string }>;
  /** The target for a copy of an account, chosen as for `--sandbox`. Throws a CreditctlError for an unusable database. */
  copyTarget(flags: GlobalFlags): Promise<CopyTarget>;
  /** The text of a file, or of stdin for `-`. Throws a `usage` error that names the flag. */
  readText(source: string, flag: string): Promise<string>;
  /** The bytes of a file, or of stdin for `-`. Throws a `usage` error that names the flag. */
  readBytes(source: string, flag: string): Promise<Buffer>;
  /** Throws this failure after all output: something failed after a completed write. */
  failAtEnd(error: CreditctlError): void;
  /** Runs an action after all reports. Ignores a failure, and an action that takes too long. */
  atEnd(action: () => Promise<void>): void;
  /** Closes connections. Throws the first failure from `failAtEnd`. */
  close(): Promise<void>;
  /** Runs the actions from `atEnd`, and closes the record. Never throws. */
  end(): Promise<void>;
}

/** The facts of the line that concern the whole run. */
export interface LineFacts extends Pick<Runtime, 'noteStyle' | 'where' | 'typed'> {
  /** The flags of any connection, as a line would name them. */
  readonly whereOf: (flags: ConnectionFlags) => ConnectionTexts;
  readonly forbidsQuestions: boolean;
  readonly isQuiet?: boolean;
  /** Writes nothing, and opens no record for writes. */
  readonly isDryRun?: boolean;
  /** The command writes to a ledger, so a failure says whether the write was applied. */
  readonly mayWrite?: boolean;
  /** Reports each request on stderr. */
  readonly isTraced?: boolean;
  /** Reports the number of requests and their time at the end. */
  readonly isTimed?: boolean;
  /** Milliseconds after which the run gives up. */
  readonly timeout?: number | undefined;
}

export interface RuntimeOptions
  extends Pick<Runtime, 'version' | 'argv' | 'env' | 'interruption' | 'system'> {
  /** The facts that are needed before the line is parsed, because parsing may fail. */
  readonly line: LineFacts;
  readonly streams: StandardStreams;
}

/** Joins the parts to one command line. */
export function makeRuntime(options: RuntimeOptions): Runtime {
  const { version, argv, env, system } = options;
  const { noteStyle, forbidsQuestions, isDryRun = false, mayWrite = false, timeout } = options.line;
  let { where } = options.line;
  const lead = (flags: GlobalFlags): void => {
    where = options.line.whereOf(flags);
  };
  const limit = timeLimit(timeout, { interruption: options.interruption, sleep: system.sleep });
  const { interruption } = limit;
  const places = folders(env, homeFolder(env));
  const secrets = makeSecrets(() => knownSecrets(env, places));
  const terminal = terminalOn(options.streams, secrets.mask, isBuildServer(env));
  const consent = {};
  let isPlain = env.TERM === 'dumb';
  // Plain prompts are a setting of the profile, so they are unknown until flags have chosen a profile.
  const configFor = (flags: ConnectionFlags): Config => {
    const config = readConfig(places.config);
    isPlain ||= asksPlainly({ flags, env, config });
    return config;
  };
  const closers: (() => Promise<void> | void)[] = [];
  const ending = new Ending();
  let profiles: Profiles | undefined;
  let person: Prompter | undefined;
  const runtime: Runtime = {
    ...{ version, argv, env, system, consent },
    typed: options.line.typed,
    get where() {
      return where;
    },
    folders: places,
    terminal,
    secrets,
    noteStyle,
    mayWrite,
    isAttended: terminal.isInteractive && !forbidsQuestions,
    now: system.now,
    interruption,
    note: noteTo(() => runtime, options),
    prompter: async (flags) => {
      if (!terminal.isInteractive || flags.input === false) return undefined;
      const { stdin, screen } = options.streams;
      if (!isPlain) configFor(flags);
      const asked = { input: stdin, output: screen, signal: interruption, isPlain };
      const addFlags = (step: string) => withFlags(step, where);
      // One prompter for the whole run, because it counts its questions.
      person ??= maskedPrompter(await system.prompter(asked), { mask: secrets.mask, addFlags, consent });
      return person;
    },
    // Help needs no profiles, and does not load the code that reads them.
    get profiles() {
      profiles ??= profilesIn(places, env, (request) => askKeychain(request, runtime));
      return profiles;
    },
    get isPlain() {
      return isPlain;
    },
    choice: (flags) => connectionInUse({ flags, env, config: configFor(flags), folders: places }),
    target: (flags) => targetOf(runtime.choice(flags)),
    ...runRecords(() => runtime, { isDryRun, ending, closers }),
    ...openings(() => runtime, { line: options.line, lead, closers }),
    keyOf: oncePerProfile((choice) => keyOf(choice, runtime)),
    readText: async (source, flag) => (await runtime.readBytes(source, flag)).toString('utf8'),
    readBytes: (source, flag) => readBytes(source, flag, runtime),
    failAtEnd: ending.failAtEnd,
    atEnd: ending.atEnd,
    close: async () => {
      limit.lift();
      for (const close of closers.splice(0).reverse()) await close();
      ending.throwFailure();
    },
    end: ending.end,
  };
  return runtime;
}

/** For a screen reader: a person with plain prompts for Orb also needs them with --sandbox. */
function asksPlainly(inputs: Parameters<typeof profileName>[0]): boolean {
  const names = [profileInUse(inputs), profileName(inputs)];
  const prompts = names.map((name) => profileNamed(inputs.config, name)?.prompts);
  return prompts.find((value) => value !== undefined) === 'plain';
}

/** Prints notes on stderr, except those that `--quiet` suppresses. */
function noteTo(of: () => Runtime, { line, env, streams }: RuntimeOptions): Runtime['note'] {
  const { noteStyle, isQuiet = false } = line;
  return (note) => {
    if (isQuiet && isLeftOut(note)) return;
    const { terminal, where } = of();
    const width = terminal.noteWidth;
    const hasColour = showsColour(env, { isTty: streams.stderr.isTTY === true });
    terminal.say(noteText(note, noteStyle, { width, hasColour, where }));
  };
}

/** Runs the look-up once for each profile, and shares the result. */
function oncePerProfile(look: Runtime['keyOf']): Runtime['keyOf'] {
  const known = new Map<string, Promise<string>>();
  return (choice) => {
    const key = known.get(choice.profile) ?? look(choice);
    known.set(choice.profile, key);
    return key;
  };
}
