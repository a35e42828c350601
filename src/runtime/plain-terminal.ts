// Whether a person is asked in plain lines: the terminal can do no more, or a screen reader reads it.
import { type ConnectionFlags, profileInUse, profileName } from '../profiles/choose-connection.ts';
import { readConfig } from '../profiles/config-file.ts';
import type { Environment, Folders } from '../profiles/environment.ts';
import { profileNamed } from '../profiles/settings.ts';

/** Whether the terminal is plain. That is a setting of the profile, so it is unknown until the flags have chosen one. */
export class PlainTerminal {
  readonly #env: Environment;
  readonly #folders: Folders;
  #isPlain: boolean;

  constructor(env: Environment, folders: Folders) {
    this.#env = env;
    this.#folders = folders;
    this.#isPlain = env.TERM === 'dumb';
  }

  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** Throws a `usage` error for a configuration that cannot be read. */
  learn(flags: ConnectionFlags): boolean {
    if (this.#isPlain) return true;
    const config = readConfig(this.#folders.config);
    const inputs = { flags, env: this.#env, config };
    // Who needs plain lines beside Orb needs them with --sandbox, too.
    const prompts = [profileInUse, profileName].map((name) => profileNamed(config, name(inputs))?.prompts);
    this.#isPlain = prompts.find((value) => value !== undefined) === 'plain';
    return this.#isPlain;
  }
}
