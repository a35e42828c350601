// The composition root: what a command may use, each part made when it is first asked for, in order of dependency.

import type { ConnectionTexts, CreditctlError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import type { OutputFlags } from '../output/output-flags.ts';
import { isLeftOut, leadingTo, type Note, type NoteStyle, noteText } from '../output/terminal/notes.ts';
import { type StandardStreams, type Terminal, terminalOn } from '../output/terminal/streams.ts';
import { showsColour } from '../output/terminal/theme.ts';
import { makeSecrets, type Secrets } from '../platform/secrets.ts';
import {
  type ConnectionChoice,
  type ConnectionFlags,
  connectionInUse,
  type OrbChoice,
  type Place,
  placeOf,
  profileInUse,
  profileName,
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
import type { Parts } from './system.ts';

/** The flags that every command takes. */
export interface GlobalFlags extends ConnectionFlags, OutputFlags {
  /** False under `--no-input`: no question is ever asked. */
  readonly input?: boolean;
}

/** How the embedded ledger is served. */
export interface Serving {
  /** 0 for any that is free. */
  readonly port: number;
  /** `live`, `test`, `trial` or a number of writes per second; default: no limits. */
  readonly rateLimits?: string | undefined;
}

export interface Runtime extends RunRecords {
  readonly version: string;
  /** The words after `creditctl`. */
  readonly argv: readonly string[];
  /** The same up to the last word, the options after that, and all from `--` on. */
  readonly typed: Readonly<Record<'words' | 'options' | 'last', readonly string[]>>;
  /** How the connection was chosen, by the line until one is opened; command lines that are named as a way on repeat it. */
  readonly where: ConnectionTexts;
  readonly env: Environment;
  readonly folders: Folders;
  readonly terminal: Terminal;
  /** What must not leave the program; a key that is fetched is one of them. */
  readonly secrets: Secrets;
  readonly noteStyle: NoteStyle;
  /** The line asks for a write to a ledger. */
  readonly mayWrite: boolean;
  /** Nothing is redrawn; known once `choice` or `prompter` knows the profile. */
  readonly isPlain?: boolean;
  /** What the person typed last to allow a write: the id or amount that `--confirm` says beforehand. */
  readonly consent: { readonly typedBack?: string };
  /** A person can be asked: there is a terminal, and `--no-input` was not given. */
  readonly isAttended: boolean;
  readonly parts: Parts;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted by SIGINT and SIGTERM, with a CreditctlError as its reason. */
  readonly interruption: AbortSignal;
  /** Says something on stderr, as a sentence or as JSON by the format asked for. */
  note(note: Note): void;
  /** The person to ask, if there is one and `--no-input` does not forbid it. */
  prompter(flags: GlobalFlags): Promise<Prompter | undefined>;
  readonly profiles: Profiles;
  /** The connection that flags, environment and profile choose. Opens nothing. */
  choice(flags: GlobalFlags): ConnectionChoice;
  /** Where that connection leads, as it is shown before a write. */
  place(flags: GlobalFlags): Place;
  /** The key of a connection, fetched at most once. Throws a `credentials` error that never shows it. */
  keyOf(choice: OrbChoice): Promise<string>;
  /**
   * Opens it. Throws a `credentials` error without a key, after offering the embedded ledger on a terminal.
   * Throws a `usage` error if `--db` names a database that is not there, unless it may be created.
   */
  connect(flags: GlobalFlags, connecting?: Connecting): Promise<Connection>;
  /** The embedded ledger itself: its clock, its faults, its load. The database is chosen as for `--sandbox`. */
  openSandbox(flags: GlobalFlags, opening?: Pick<Connecting, 'mayCreate'>): Promise<Sandbox>;
  /** The embedded ledger over HTTP on this machine; the database is chosen as for `--sandbox`. */
  serveSandbox(flags: GlobalFlags, serving: Serving): Promise<ServedSandbox & { readonly apiKey: string }>;
  /** Where a copy of an account goes; the database is chosen as for `--sandbox`. Throws a CreditctlError if it is no use. */
  copyTarget(flags: GlobalFlags): Promise<CopyTarget>;
  /** The text of a file, or of stdin for `-`. Throws a `usage` error that names the flag. */
  readText(source: string, flag: string): Promise<string>;
  /** The same, byte for byte. */
  readBytes(source: string, flag: string): Promise<Buffer>;
  /** Reports this failure when all has been shown: something went wrong after a write that is done. */
  failAtEnd(error: CreditctlError): void;
  /** Does this as the very last thing, when all has been reported; what fails or takes too long is left. */
  atEnd(act: () => Promise<void>): void;
  /** Closes connections. Throws what `failAtEnd` was given. */
  close(): Promise<void>;
  /** Does what was left for the end, and closes the record. Never throws. */
  end(): Promise<void>;
}

/** What the line says about the run as a whole. */
export interface LineFacts extends Pick<Runtime, 'noteStyle' | 'where' | 'typed'> {
  /** The same of any connection, as a line would choose it. */
  readonly whereOf: (flags: ConnectionFlags) => ConnectionTexts;
  readonly forbidsQuestions: boolean;
  readonly isQuiet?: boolean;
  /** Nothing is written, and no record is opened. */
  readonly isDryRun?: boolean;
  /** The command writes to a ledger, so a failure says whether it did. */
  readonly mayWrite?: boolean;
  /** Each request is reported on stderr. */
  readonly isTraced?: boolean;
  /** The number of requests and their time are reported at the end. */
  readonly isTimed?: boolean;
  /** Milliseconds after which the run gives up. */
  readonly timeout?: number | undefined;
}

export interface RuntimeOptions extends Pick<Runtime, 'version' | 'argv' | 'env' | 'interruption' | 'parts'> {
  /** What the line says that has to be known before it is parsed, because parsing too may fail. */
  readonly line: LineFacts;
  readonly streams: StandardStreams;
}

/** Joins the parts to one command line. */
export function makeRuntime(options: RuntimeOptions): Runtime {
  const { version, argv, env, parts } = options;
  const { noteStyle, forbidsQuestions, isDryRun = false, mayWrite = false, timeout } = options.line;
  let { where } = options.line;
  const lead = (flags: GlobalFlags): void => {
    where = options.line.whereOf(flags);
  };
  const limit = timeLimit(timeout, { interruption: options.interruption, sleep: parts.sleep });
  const { interruption } = limit;
  const places = folders(env, homeFolder(env));
  const secrets = makeSecrets(() => knownSecrets(env, places));
  const terminal = terminalOn(options.streams, secrets.mask, isBuildServer(env));
  const consent = {};
  let isPlain = env.TERM === 'dumb';
  // Whether to ask in plain lines is a setting of the profile, so it is unknown until flags have chosen one.
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
    ...{ version, argv, env, parts, consent },
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
    now: parts.now,
    interruption,
    note: noteTo(() => runtime, options),
    prompter: async (flags) => {
      if (!terminal.isInteractive || flags.input === false) return undefined;
      const { stdin, screen } = options.streams;
      if (!isPlain) configFor(flags);
      const asked = { input: stdin, output: screen, signal: interruption, isPlain };
      const lead = (step: string) => leadingTo(step, where);
      // One for the whole run: it counts its questions.
      person ??= maskedPrompter(await parts.prompter(asked), { mask: secrets.mask, lead, consent });
      return person;
    },
    // Help needs none of them, and does not load what reads them.
    get profiles() {
      profiles ??= profilesIn(places, env, (request) => askKeychain(request, runtime));
      return profiles;
    },
    get isPlain() {
      return isPlain;
    },
    choice: (flags) => connectionInUse({ flags, env, config: configFor(flags), folders: places }),
    place: (flags) => placeOf(runtime.choice(flags)),
    ...runRecords(() => runtime, { isDryRun, ending, closers }),
    ...openings(() => runtime, { line: options.line, lead, closers }),
    keyOf: onceAProfile((choice) => keyOf(choice, runtime)),
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

/** For a screen reader. Who needs plain lines beside Orb needs them with --sandbox, too. */
function asksPlainly(inputs: Parameters<typeof profileName>[0]): boolean {
  const names = [profileInUse(inputs), profileName(inputs)];
  const prompts = names.map((name) => profileNamed(inputs.config, name)?.prompts);
  return prompts.find((value) => value !== undefined) === 'plain';
}

/** Says notes on stderr, except those that `--quiet` leaves out. */
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

/** The same look-up, made only once for each profile. */
function onceAProfile(look: Runtime['keyOf']): Runtime['keyOf'] {
  const known = new Map<string, Promise<string>>();
  return (choice) => {
    const key = known.get(choice.profile) ?? look(choice);
    known.set(choice.profile, key);
    return key;
  };
}
