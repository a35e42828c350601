// Splits a command line into options, their values and positional words. Pure.
import { connectionTexts } from '../errors.ts';
import type { NoteStyle } from '../output/terminal/notes.ts';
import {
  type Command,
  isGroup,
  type Node,
  type Option,
  type Program,
  readOptionFlags,
  withGlobalOptions,
} from './command-tree.ts';

/** One option in a word; `lead` is the length of the part before an attached value (`--type=`, `-o`). */
export interface WordOption {
  readonly option: Option;
  readonly lead?: string;
}

/** Options of every command. */
const everywhere: readonly Option[] = [
  { flags: '-h, --help', text: 'print this help' },
  { flags: '-V, --version', text: 'print the version' },
];

/** @param argv the words after `creditctl` */
export function readArgv(program: Program, argv: readonly string[]): Argv {
  const line = new Argv(program);
  for (const word of argv) line.read(word);
  return line;
}

/** Whether stderr is JSON: with a machine format, and for `api`, whose output is always JSON. */
export function noteStyleOf({ noun, given }: Argv): NoteStyle {
  const format = given.get('--output')?.at(-1) ?? 'table';
  return noun?.name === 'api' || given.has('--json') || given.has('--jq') || format !== 'table'
    ? 'json'
    : 'text';
}

/** The problem with an option value of the line, whatever the command. @param global the options of every command */
export function valueProblem(argv: Argv, global: readonly Option[]): string | undefined {
  const timeout = argv.given.get('--timeout')?.at(-1);
  if (timeout !== undefined && durationIn(timeout) === undefined)
    return `--timeout must be a time such as 30s, 2m or 1h: "${timeout}"`;
  if (argv.valueMissing !== undefined) {
    const { flag, next } = argv.valueMissing;
    return `${flag} needs a value. If ${next} is the value, write ${flag}=${next}`;
  }
  const twice = givenTwice(argv, global);
  return twice === undefined ? undefined : `${twice} is given twice. Give it once`;
}

/** The first option with a single value that is given twice: the line does not say which value counts. */
function givenTwice({ options, given }: Argv, global: readonly Option[]): string | undefined {
  const lastCounts = new Set(global.flatMap(({ flags, lastCounts }) => (lastCounts ? longOf(flags) : [])));
  const taking = options.filter(({ flags, repeats }) => repeats !== true && readOptionFlags(flags).value);
  return taking
    .map(({ flags }) => longOf(flags))
    .find((long) => !lastCounts.has(long) && (given.get(long)?.length ?? 0) > 1);
}

const longOf = (flags: string): string => readOptionFlags(flags).long;

/** The words that name the command, such as `ledger add`. */
export const pathOf = ({ noun, command }: Pick<Argv, 'noun' | 'command'>): readonly string[] =>
  [noun?.name, command?.name]
    .filter((name, index, names) => name !== names[index - 1])
    .filter((name) => name !== undefined);

/** Whether the command can write to a ledger: it has `--dry-run`, and the line does not use it. */
const mayWrite = ({ command, given }: Argv): boolean =>
  !given.has('--dry-run') && command?.options.some(({ flags }) => longOf(flags) === '--dry-run') === true;

/** The facts of a line that the program needs before it parses the line. */
export function lineOf(program: Program, argv: readonly string[]) {
  const line = readArgv(program, argv);
  const lastOf = (long: string): string | undefined => line.given.get(long)?.at(-1);
  return {
    // The command and its flags, without any value.
    shape: [...pathOf(line), ...[...line.given.keys()].sort()].join(' '),
    noteStyle: noteStyleOf(line),
    where: connectionTexts({
      profile: lastOf('--profile'),
      sandbox: line.given.has('--sandbox'),
      db: lastOf('--db'),
    }),
    whereOf: connectionTexts,
    forbidsQuestions: line.given.has('--no-input'),
    isQuiet: line.given.has('--quiet'),
    isDryRun: line.given.has('--dry-run'),
    mayWrite: mayWrite(line),
    isTraced: line.given.has('--verbose'),
    isTimed: line.given.has('--timing'),
    // The parser refuses a duration that is not valid.
    timeout: durationIn(lastOf('--timeout') ?? ''),
    typed: line.typed,
  };
}

/** A command line, read word by word. */
export class Argv {
  readonly #program: Program;
  /** Values by the long name of their option, in order; an empty text for an option without a value. */
  readonly given = new Map<string, string[]>();
  /** The words that are neither options nor names of commands. */
  readonly positionals: string[] = [];
  /** The line with each known option by its long name and its value attached, so that it parses in one way only. */
  readonly args: string[] = [];
  /** The line up to its last word, the options after that word, and everything from `--` on. */
  readonly typed = { start: [] as string[], options: [] as string[], last: [] as string[] };
  noun: Node | undefined;
  command: Command | undefined;
  /** `--` was read: no later word is an option. */
  ended = false;
  /** The option whose value the next word is, or may be. */
  open: Option | undefined;
  /** Some word looks like an option but is unknown. */
  hasUnknown = false;
  /** An option whose value seems to be missing: the next word is an option itself. */
  valueMissing: { readonly flag: string; readonly next: string } | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Every option that is allowed here. */
  get options(): readonly Option[] {
    return [...withGlobalOptions(this.command?.options ?? [], this.#program.options), ...everywhere];
  }

  /** Whether the next word is the value of the option before it, even if the word looks like an option. */
  takes(word: string): this is { readonly open: Option } {
    if (this.open === undefined) return false;
    // An optional value never looks like an option.
    return readOptionFlags(this.open.flags).value?.required === true || !this.#looksLikeOption(word);
  }

  read(word: string): void {
    const open = this.takes(word) ? this.open : undefined;
    this.open = undefined;
    const isWord = open === undefined && (this.ended || !this.#looksLikeOption(word));
    if (open !== undefined) this.#readNext(open, word);
    else if (isWord) this.#readWord(word);
    else if (word === '--') {
      this.ended = true;
      this.args.push(word);
    } else this.#readOptions(word);
    if (this.ended) this.typed.last.push(word);
    else if (isWord) this.typed.start.push(...this.typed.options.splice(0), word);
    else this.typed.options.push(word);
  }

  /** The options of one word; none if a part of the word is unknown. */
  optionsIn(word: string): readonly WordOption[] {
    const options = this.options.map((option) => ({ option, ...readOptionFlags(option.flags) }));
    if (word.startsWith('--')) {
      const [name = ''] = word.split('=', 1);
      const found = options.find(({ long }) => long === name);
      if (found === undefined) return [];
      if (name === word) return [{ option: found.option }];
      return found.value === undefined ? [] : [{ option: found.option, lead: `${name}=` }];
    }
    const found: WordOption[] = [];
    for (let at = 1; at < word.length; at += 1) {
      const named = options.find(({ short }) => short === `-${word[at]}`);
      if (named === undefined) return [];
      const isLast = at === word.length - 1;
      if (named.value !== undefined && !isLast)
        return [...found, { option: named.option, lead: word.slice(0, at + 1) }];
      found.push({ option: named.option });
    }
    return found;
  }

  /** A single dash means stdin. A negative number is a word of a command, because no option is a digit. */
  #looksLikeOption(word: string): boolean {
    const isNegative = this.command !== undefined && /^-(\d+|\d*\.\d+)(e[+-]?\d+)?$/.test(word);
    return word.startsWith('-') && word !== '-' && !isNegative;
  }

  #readWord(word: string): void {
    this.args.push(word);
    if (this.noun === undefined && this.positionals.length === 0) this.#name(word);
    else if (this.noun !== undefined && isGroup(this.noun) && this.command === undefined) {
      this.command = this.noun.commands().find(({ name }) => name === word);
      if (this.command === undefined) this.positionals.push(word);
    } else this.positionals.push(word);
  }

  #name(word: string): void {
    const noun = this.#program.nodes.find(({ name }) => name === word);
    this.noun = noun;
    if (noun === undefined) this.positionals.push(word);
    else if (!isGroup(noun)) this.command = { ...noun, options: noun.options() };
  }

  #readOptions(word: string): void {
    const found = this.optionsIn(word);
    if (found.length === 0) {
      this.hasUnknown = true;
      this.args.push(word);
    }
    for (const { option, lead } of found) {
      const { long, value } = readOptionFlags(option.flags);
      const values = this.given.get(long) ?? [];
      this.given.set(long, values);
      this.args.push(long);
      if (lead !== undefined) this.#readValue(option, word.slice(lead.length));
      else if (value === undefined) values.push('');
      else this.open = option;
    }
  }

  #readNext(option: Option, value: string): void {
    if (value.startsWith('--') && this.optionsIn(value).length > 0)
      this.valueMissing ??= { flag: longOf(option.flags), next: value };
    this.#readValue(option, value);
  }

  #readValue({ flags }: Option, value: string): void {
    const { long } = readOptionFlags(flags);
    this.given.get(long)?.push(value);
    this.args[this.args.length - 1] = `${long}=${value}`;
  }
}

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of `500ms`, `30s`, `2m` or `1h`; a number alone counts seconds. `undefined` for any other text, and for 0. */
export function durationIn(text: string): number | undefined {
  const [, count, unit = 's'] = /^(\d{1,7})(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const span = Number(count) * units[unit as keyof typeof units];
  return Number.isSafeInteger(span) && span > 0 ? span : undefined;
}
