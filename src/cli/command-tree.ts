// What a command is, as data: the program is a tree of these, and help and the reference are made from it.
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';

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
  /** Given again, the last one counts, so that an alias can hold it. Any other value is given once or refused. */
  readonly lastCounts?: true;
  /** What the command's flags call it, where a flag of the whole program has its own name already. */
  readonly name?: string;
  /** Every value that it takes, where these are few and fixed. */
  readonly values?: readonly string[];
}

/** The headings of the help, in its order; each noun stands under one. */
export const helpGroups = {
  credits: 'Credits',
  customers: 'Customers',
  reports: 'Reports',
  safety: 'Safety',
  setup: 'Set-up',
  sandbox: 'Embedded ledger',
  advanced: 'Advanced',
} as const;

export type HelpGroup = keyof typeof helpGroups;

/** The topics of `creditctl help <topic>`; their text is in `help/topics.ts`. */
export const topicTitles = {
  'exit-codes': 'What each exit code means to a script',
  output: 'Formats, fields, columns, and what goes to stdout and stderr',
  environment: 'Environment variables',
  dates: 'How to write dates, and when a day begins',
} as const;

export type TopicName = keyof typeof topicTitles;

export const topicNames = Object.keys(topicTitles) as readonly TopicName[];

/** What of a view has names to choose from. */
export interface Shown {
  readonly columns: readonly { readonly name: string }[];
  readonly fields: readonly string[];
}

export interface Command {
  readonly name: string;
  /** `<customer> [block]`; all of them are optional to the parser, because the commands ask for what is missing. */
  readonly usage: string;
  /** How many positionals there may be, where one repeats; else as many as the longest form of the usage has. */
  readonly wordsMax?: number;
  readonly summary: string;
  /** What the summary leaves open. An empty line begins a paragraph; any other line break is a blank. */
  readonly details?: string;
  /** Words with their meanings under a title, such as settings, columns or outcomes. */
  readonly terms?: { readonly title: string; readonly list: readonly (readonly [string, string])[] };
  readonly options: readonly Option[];
  /**
   * Every value of a positional, where these are few and fixed. The key is the positional as in `usage` (`<setting>`),
   * or with the word before it where that decides (`kind <value>`).
   */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** What `--columns` and `--json` choose from, for those that have rows. */
  readonly shows?: () => Promise<Shown>;
  /** Whole command lines without the leading `creditctl`; each runs in the tests. */
  readonly examples: readonly string[];
  readonly run: (words: readonly string[], flags: GlobalFlags, runtime: Runtime) => Promise<void>;
}

/** Commands under one noun. */
export interface Group {
  readonly name: string;
  readonly group: HelpGroup;
  readonly summary: string;
  readonly commands: () => readonly Command[];
}

export type Node =
  | Group
  | (Omit<Command, 'options'> & { readonly group: HelpGroup; readonly options: () => readonly Option[] });

export interface Program {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  readonly nodes: readonly Node[];
}

/** A command together with the words that name it. */
export interface PlacedCommand extends Command {
  readonly path: readonly string[];
  readonly group: HelpGroup;
}

/** The paragraphs of a command's details, each on one line. */
export function paragraphsOf({ details }: Pick<Command, 'details'>): readonly string[] {
  return (details ?? '').split('\n\n').flatMap((each) => (each === '' ? [] : [each.replaceAll('\n', ' ')]));
}

/** Every command there is, in the order of the help. */
export function commandsOf(program: Program): readonly PlacedCommand[] {
  return program.nodes.flatMap((node) => {
    const { name, group } = node;
    if (!isGroup(node)) return [{ ...node, options: node.options(), path: [name] }];
    return node.commands().map((command) => ({ ...command, group, path: [name, command.name] }));
  });
}

/** The options of a command, then those of every command that it does not have in a form of its own. */
export const withGlobalOptions = (own: readonly Option[], global: readonly Option[]): readonly Option[] => [
  ...own,
  ...global.filter(({ flags }) => own.every((option) => option.flags !== flags)),
];

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
