// Declares the form of a command as data, and reads the notation of its usage and options; the parser, the help and the
// reference are all made from the tree of commands.
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';

/** The export of a command's module. Throws CreditctlErrors; any other error is a defect. */
export type Run<Flags extends GlobalFlags> = (
  args: readonly string[],
  flags: Flags,
  runtime: Runtime,
) => Promise<void>;

export interface Option {
  /** In commander's notation: `-y, --yes`, `--amount <credits>`, `--json [fields]`. */
  readonly flags: string;
  readonly text: string;
  /** May be given several times. */
  readonly repeats?: true;
  /** Given twice, the last value counts, so that a shell alias can set a default. Any other option is refused if given twice. */
  readonly lastCounts?: true;
  /** The name in the command's flags, if a global flag already has the usual name. */
  readonly name?: string;
  /** Every allowed value, if the values are few and fixed. */
  readonly values?: readonly string[];
}

/** The headings of the help, in order; each noun is listed under one. */
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

/** The topics of `creditctl help <topic>`; `help/topics.ts` has their text. */
export const topicTitles = {
  'exit-codes': 'What each exit code means to a script',
  output: 'Formats, fields, columns, and what goes to stdout and stderr',
  environment: 'Environment variables',
  dates: 'How to write dates, and when a day begins',
} as const;

export type TopicName = keyof typeof topicTitles;

export const topicNames = Object.keys(topicTitles) as readonly TopicName[];

/** The columns and fields of a view that the user can choose. */
export interface Shown {
  readonly columns: readonly { readonly name: string }[];
  readonly fields: readonly string[];
}

export interface Command {
  readonly name: string;
  /** `<customer> [block]`. The parser requires no word, because the commands ask for missing words. */
  readonly usage: string;
  /** The most positionals, if one repeats. Default: as many as the longest form of the usage has. */
  readonly argsMax?: number;
  readonly summary: string;
  /** Explains more than the summary. An empty line begins a paragraph; any other line break is a blank. */
  readonly details?: string;
  /** Words with their meanings under a title, such as settings, columns or outcomes. */
  readonly terms?: { readonly title: string; readonly list: readonly (readonly [string, string])[] };
  readonly options: readonly Option[];
  /**
   * The allowed values of a positional, if they are few and fixed. The key is the positional as in `usage` (`<setting>`),
   * preceded by a word if that word decides the values (`kind <value>`).
   */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** The choices of `--columns` and `--json`, for commands that print rows. */
  readonly shows?: () => Promise<Shown>;
  /** Whole command lines without the leading `creditctl`; the tests run each. */
  readonly examples: readonly string[];
  /** The command is about open writes: all or the named one, or those of a batch. A failure before it says so. */
  readonly settles?: 'writes' | 'batch';
  readonly run: (args: readonly string[], flags: GlobalFlags, runtime: Runtime) => Promise<void>;
}

/** The command that the line names, with its words and flags. */
export interface Chosen {
  readonly command: Command;
  readonly args: readonly string[];
  readonly flags: GlobalFlags;
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

/** A command with the words that name it. */
export interface PlacedCommand extends Command {
  readonly path: readonly string[];
  readonly group: HelpGroup;
}

/** The paragraphs of a command's details, each on one line. */
export function paragraphsOf({ details }: Pick<Command, 'details'>): readonly string[] {
  return (details ?? '').split('\n\n').flatMap((each) => (each === '' ? [] : [each.replaceAll('\n', ' ')]));
}

/** Every command, in the order of the help. */
export function commandsOf(program: Program): readonly PlacedCommand[] {
  return program.nodes.flatMap((node) => {
    const { name, group } = node;
    if (!isGroup(node)) return [{ ...node, options: node.options(), path: [name] }];
    return node.commands().map((command) => ({ ...command, group, path: [name, command.name] }));
  });
}

/** The options of a command, then the global options that the command does not declare itself. */
export const withGlobalOptions = (own: readonly Option[], global: readonly Option[]): readonly Option[] => [
  ...own,
  ...global.filter(({ flags }) => own.every((option) => option.flags !== flags)),
];

export function isGroup(node: Node): node is Group {
  return 'commands' in node;
}

/**
 * Joins a command to its module, which is loaded when the command runs. No other place turns the flags that commander
 * read into the flags that a command declares; a test compares both.
 */
export function lazily<Flags extends GlobalFlags>(
  load: () => Promise<{ readonly run: Run<Flags> }>,
): Command['run'] {
  return async (args, flags, runtime) => (await load()).run(args, flags as Flags, runtime);
}

export interface OptionFlags {
  /** With its dash; `undefined` without a short form. */
  readonly short: string | undefined;
  /** With its dashes. */
  readonly long: string;
  /** The property that commander gives the value: `dryRun`, and `input` for `--no-input`. */
  readonly property: string;
  readonly value: { readonly name: string; readonly required: boolean } | undefined;
}

/** A cache: one command line reads some fifty options about three hundred times. */
const known = new Map<string, OptionFlags>();

/** The parts of an option's flags. @param flags written in the program, not typed by a user */
export function readOptionFlags(flags: string): OptionFlags {
  const read = known.get(flags) ?? readNew(flags);
  known.set(flags, read);
  return read;
}

function readNew(flags: string): OptionFlags {
  const short = /(?:^|, )(-[^-\s,])/.exec(flags)?.[1];
  const long = /--[^\s,=]+/.exec(flags)?.[0] ?? '';
  const named = /([<[])([^>\]]+)[>\]]/.exec(flags);
  return {
    short,
    long,
    property: long.replace(/^--(no-)?/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value: named === null ? undefined : { name: named[2] ?? '', required: named[1] === '<' },
  };
}

/** A literal word, or a named value. */
export interface UsageWord {
  readonly text: string;
  readonly kind: 'literal' | 'value';
  readonly required: boolean;
  /** Any number of words may follow. */
  readonly repeats: boolean;
}

export type UsageForm = readonly UsageWord[];

/** The forms of a command, each as its words in order. */
export function usageForms(usage: string): readonly UsageForm[] {
  const forms = usage.split(' | ').map((form) => form.split(' ').filter((word) => word !== ''));
  return forms.map((words) =>
    words.flatMap((word, index) => {
      if (word === '…' || word === '...') return [];
      const [text = '', tail = ''] = word.split(/(?=(?:…|\.\.\.)$)/);
      const next = words[index + 1];
      const repeats = tail !== '' || next === '…' || next === '...';
      // In a usage of several forms, a first word such as `[show]` is literal.
      if (forms.length > 1 && index === 0 && /^\[[a-z-]+\]$/.test(text))
        return [{ text: text.slice(1, -1), kind: 'literal' as const, required: false, repeats }];
      const isValue = /^[<[]/.test(text);
      return [
        {
          text,
          kind: isValue ? ('value' as const) : ('literal' as const),
          required: !text.startsWith('['),
          repeats,
        },
      ];
    }),
  );
}

/** The most words of a command: if no word repeats, as many as the longest form has. */
export const argsMaxOf = ({ usage, argsMax }: Usage): number =>
  argsMax ?? Math.max(...usageForms(usage).map(({ length }) => length));

interface Usage {
  readonly usage: string;
  readonly argsMax?: number;
}

/** The word of a form at an index, counted from 0; a last word that repeats stands for every later index. */
export function wordAt(form: UsageForm, index: number): UsageWord | undefined {
  const last = form.at(-1);
  return form[index] ?? (last?.repeats === true ? last : undefined);
}

/** The fixed values of a word. @param before the word typed before it */
export function fixedValues(
  word: UsageWord,
  before: string | undefined,
  values: Readonly<Record<string, readonly string[]>> = {},
): readonly string[] {
  if (word.kind === 'literal') return [word.text];
  return values[`${before} ${word.text}`] ?? values[word.text] ?? [];
}
