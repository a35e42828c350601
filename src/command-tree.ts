// What a command is, as data: the program is a tree of these, and help and the reference are made from it.
import type { GlobalFlags, Runtime } from './runtime.ts';

/** What a command's module exports. Throws CreditctlErrors; anything else is a defect. */
export type Run<Flags extends GlobalFlags> = (
  words: readonly string[],
  flags: Flags,
  runtime: Runtime,
) => Promise<void>;

export interface Option {
  /** As commander writes them: `-y, --yes`, `--amount <credits>`, `--json [fields]`. */
  readonly flags: string;
  readonly text: string;
  /** May be given several times. */
  readonly repeats?: true;
  /** What the command's flags call it, where a flag of the whole program has its own name already. */
  readonly name?: string;
}

export interface Command {
  readonly name: string;
  /** `<customer> [block]`; all of them are optional to the parser, because the commands ask for what is missing. */
  readonly usage: string;
  /** How many positionals there may be. */
  readonly wordsMax: number;
  readonly summary: string;
  /** What the summary leaves open. */
  readonly details?: string;
  readonly options: readonly Option[];
  /** Whole command lines without the leading `creditctl`; each runs in the tests. */
  readonly examples: readonly string[];
  readonly run: (words: readonly string[], flags: GlobalFlags, runtime: Runtime) => Promise<void>;
}

/** Commands under one noun. */
export interface Group {
  readonly name: string;
  readonly summary: string;
  readonly commands: () => readonly Command[];
}

export type Node = Group | (Omit<Command, 'options'> & { readonly options: () => readonly Option[] });

export interface Program {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  readonly nodes: readonly Node[];
}

export function isGroup(node: Node): node is Group {
  return 'commands' in node;
}

/**
 * Joins a command to its module, loaded when it runs. This is the one place where the flags that commander read
 * become the flags that a command declares; a test holds each command's options against what its module reads.
 */
export function lazily<Flags extends GlobalFlags>(
  load: () => Promise<{ readonly run: Run<Flags> }>,
): Command['run'] {
  return async (words, flags, runtime) => (await load()).run(words, flags as Flags, runtime);
}
