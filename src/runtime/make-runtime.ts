// Composes what a command works with, each part made at its first use, in order of dependency.

import { isLeftOut, noteText, withFlags } from '../output/terminal/notes.ts';
import { type StandardStreams, showsColour, terminalOn } from '../output/terminal/streams.ts';
import { makeSecrets } from '../platform/secrets.ts';
import {
  type ConnectionFlags,
  connectionInUse,
  profileInUse,
  profileName,
  targetOf,
} from '../profiles/choose-connection.ts';
import { knownSecrets, readConfig } from '../profiles/config-file.ts';
import { folders, homeFolder, isBuildServer } from '../profiles/environment.ts';
import { type Profiles, profilesIn } from '../profiles/profiles.ts';
import { type Config, profileNamed } from '../profiles/settings.ts';
import { maskedPrompter } from '../prompts/masked-prompter.ts';
import { askKeychain, keyOf } from './api-key.ts';
import { readBytes } from './bounded-file.ts';
import { Ending, openings, timeLimit } from './openings.ts';
import type { GlobalFlags, LineFacts, Runtime } from './runtime.ts';

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
  let person: ReturnType<typeof maskedPrompter> | undefined;
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
    reading: async (noun) => (await import('./reading-progress.ts')).readingProgress(runtime, noun),
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
    ...openings(() => runtime, { line: options.line, lead, isDryRun, ending, closers }),
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
