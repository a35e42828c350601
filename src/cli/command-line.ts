// Parses the command line with commander; no other file imports commander.
import { Command as Commander, CommanderError, Option as CommanderOption, Help } from 'commander';
import { CreditctlError } from '../errors.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { type Argv, pathOf, readArgv, valueProblem } from './argv.ts';
import {
  argsMaxOf,
  type Chosen,
  type Command,
  isGroup,
  type Node,
  type Option,
  type Program,
  paragraphsOf,
} from './command-tree.ts';
import { rootHelp, rootHelpWidth } from './help/root-help.ts';
import { looksLikeKey } from './mistyped-key.ts';

/** The command of the line; `undefined` if it asks for help, which is printed. Throws a `usage` error that points to the help. */
export async function readCommandLine(program: Program, runtime: Runtime): Promise<Chosen | undefined> {
  const [first, ...rest] = runtime.argv;
  if (first === 'help' && rest.length > 0) {
    const { helpAnswer } = await import('./help/help-request.ts');
    const { version: programVersion } = runtime;
    const answer = helpAnswer(program, { args: rest, programVersion, width: helpWidth(runtime) });
    if (answer !== undefined) return printed(answer, runtime);
  }
  const line = first === undefined || first === 'help' ? [...rest, '--help'] : runtime.argv;
  const argv = readArgv(program, line);
  const problem = valueProblem(argv, program.options);
  if (problem !== undefined) throw usage(problem, argv);
  if (argv.given.has('--version') && !argv.hasUnknown) return printed(`${runtime.version}\n`, runtime);
  if (asksForHelpDocument(argv)) {
    const { helpJson } = await import('./help/help-request.ts');
    return printed(helpJson(program, runtime.version, pathOf(argv)), runtime);
  }
  const text: string[] = [];
  const chosen: Chosen[] = [];
  const parser = build({
    ...{ program, argv, runtime },
    out: (piece) => text.push(piece),
    choose: (one) => chosen.push(one),
  });
  try {
    parser.parse([...argv.args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // A group without a command prints its help, as commander does.
    if (error.exitCode !== 0 && error.code !== 'commander.help')
      throw usage(sentenceOf(error), argv, { cause: error, meant: await hintFor(error, program, argv) });
  }
  // With --help, the help text is the data, so it goes to stdout.
  return text.length > 0 ? printed(text.join(''), runtime) : chosen[0];
}

async function printed(text: string, { terminal }: Runtime): Promise<undefined> {
  await terminal.out(text);
}

/** Whether the line is `--help`, or no command, with `-o json` or `--json`. A line with a mistake gets the usual error. */
function asksForHelpDocument({ given, noun, command, positionals, hasUnknown }: Argv): boolean {
  const isJson = given.get('--output')?.at(-1) === 'json' || given.has('--json');
  if (!isJson || hasUnknown) return false;
  const isBare = positionals.length === 0 && command === undefined;
  return noun === undefined ? isBare : given.has('--help') || (isBare && isGroup(noun));
}

/** The help text of one command or group, for the reference. @param path such as `['ledger', 'add']` */
export function helpText(program: Program, path: readonly string[], runtime: Runtime): string {
  let parser = build({ program, argv: readArgv(program, path), runtime, out: () => {}, choose: () => {} });
  for (const name of path) parser = parser.commands.find((command) => command.name() === name) ?? parser;
  return parser.helpInformation();
}

interface Building {
  readonly program: Program;
  /** The line; only the commands that it names are built. */
  readonly argv: Argv;
  readonly runtime: Runtime;
  readonly out: (text: string) => void;
  readonly choose: (chosen: Chosen) => void;
}

function build(building: Building): Commander {
  const { program, argv, runtime, out } = building;
  const root = configured(new Commander(program.name), runtime, out);
  root.option('-V, --version', 'print the version');
  const width = Math.min(helpWidth(runtime), rootHelpWidth);
  root.configureHelp({ formatHelp: (_, help) => rootHelp(program, layout(help, width)) });
  addOptions(root, program.options);
  // Building hundreds of unused options would cost milliseconds at every start.
  for (const node of argv.noun === undefined ? program.nodes : [argv.noun]) addNode(root, node, building);
  return root;
}

function layout(help: Help, width: number) {
  help.helpWidth = width;
  help.minWidthToWrap = 20;
  return {
    item: (term: string, meaning: string, termWidth: number) =>
      help.formatItem(term, termWidth, meaning, help),
    paragraph: (text: string) => help.boxWrap(text, width),
  };
}

function addNode(root: Commander, node: Node, building: Building): void {
  const parser = configured(root.command(node.name), building.runtime, building.out).description(
    node.summary,
  );
  const { noun, command: named } = building.argv;
  if (!isGroup(node)) {
    if (noun === node) addCommand(parser, { ...node, options: node.options() }, building);
    return;
  }
  parser.usage('<command> [options]').addHelpText('after', groupFooter(node.name));
  // Options differ between commands, so the help of each command lists them.
  const none = () => [];
  parser.configureHelp({ ...helpStyle(building.runtime), visibleOptions: none, visibleGlobalOptions: none });
  if (noun !== node) return;
  for (const command of named === undefined ? node.commands() : [named])
    addCommand(configured(parser.command(command.name), building.runtime, building.out), command, building);
}

function addCommand(parser: Commander, command: Command, { runtime, choose }: Building): void {
  parser.description([command.summary, ...paragraphsOf(command)].join('\n\n'));
  parser.summary(command.summary);
  parser.usage([command.usage, '[options]'].filter((part) => part !== '').join(' '));
  addOptions(parser, command.options);
  for (let index = 0; index < argsMaxOf(command); index += 1) parser.argument(`[word${index}]`);
  parser.configureHelp({ ...helpStyle(runtime), visibleArguments: () => [] });
  const { terms } = command;
  if (terms !== undefined) parser.addHelpText('after', () => `\n${termsText(terms, runtime)}`);
  parser.addHelpText('after', () => `\nExamples:\n${examplesText(command, runtime)}`);
  parser.addHelpText('after', helpFooter);
  parser.action(() => choose({ command, args: parser.args, flags: parser.optsWithGlobals<GlobalFlags>() }));
}

function termsText({ title, list }: NonNullable<Command['terms']>, runtime: Runtime): string {
  const help = new Help();
  help.prepareContext({ helpWidth: helpWidth(runtime) });
  const widest = Math.max(...list.map(([term]) => term.length));
  const lines = list.map(([term, meaning]) => help.formatItem(term, widest, meaning, help));
  return [`${title}:`, ...lines].join('\n');
}

/** On a narrow terminal, an example goes on after a backslash, as it can be typed. */
function examplesText({ examples }: Command, runtime: Runtime): string {
  const width = runtime.terminal.showsTables ? helpWidth(runtime) - 8 : Number.POSITIVE_INFINITY;
  return examples
    .map((example) => {
      // No line ends within quotes, or between an option and its value.
      const words = example.replace(/"[^"]*"|'[^']*'|--\S+ (?!-)/g, (kept) => kept.replaceAll(' ', '\0'));
      const lines = new Help().boxWrap(`creditctl ${words}`, width).split('\n');
      return `  ${lines.join(' \\\n      ')}`.replaceAll('\0', ' ');
    })
    .join('\n');
}

const groupFooter = (noun: string): string => `
One command: creditctl ${noun} <command> --help${helpFooter}`;

const helpFooter = `
Exit codes:  creditctl help exit-codes
More topics: creditctl help output, environment, dates`;

function addOptions(parser: Commander, options: readonly Option[]): void {
  for (const { flags, text, repeats, name } of options) {
    const option = new CommanderOption(flags, repeats === true ? `${text} (repeatable)` : text);
    if (repeats === true) option.argParser((value: string, earlier: string[] = []) => [...earlier, value]);
    if (name !== undefined) option.attributeName = () => name;
    parser.addOption(option);
  }
}

function configured(parser: Commander, runtime: Runtime, out: (text: string) => void): Commander {
  return (
    parser
      .exitOverride()
      .configureOutput({
        writeOut: out,
        writeErr: out,
        outputError: () => {},
        getErrHelpWidth: () => helpWidth(runtime),
        getOutHelpWidth: () => helpWidth(runtime),
        // The help has no colors, and commander would load Node's streams to test for color support.
        getErrHasColors: () => false,
        getOutHasColors: () => false,
      })
      .configureHelp(helpStyle(runtime))
      .helpOption('-h, --help', 'print this help')
      .helpCommand(false)
      // For --desc, commander would suggest --yes, whose letters are nearer than those of --description.
      .showSuggestionAfterError(false)
  );
}

const helpStyle = (runtime: Runtime) => ({
  showGlobalOptions: true,
  minWidthToWrap: 20,
  helpWidth: helpWidth(runtime),
  subcommandTerm: termOf,
  styleTitle: (title: string) => (title === 'Global Options:' ? 'Options of every command:' : title),
  visibleGlobalOptions: otherGlobalOptions,
});

/** The global options, without those that the command declares itself. */
function otherGlobalOptions(this: Help, command: Commander): CommanderOption[] {
  const own = new Set(command.options.map(({ long }) => long));
  return Help.prototype.visibleGlobalOptions.call(this, command).filter(({ long }) => !own.has(long));
}

/** A command's name and usage in a list of commands; commander does not know the names of the arguments. */
const termOf = (command: Commander): string =>
  [command.name(), command.usage().replace(/ ?\[options\]$/, '')].filter((part) => part !== '').join(' ');

const helpWidth = ({ terminal }: Runtime): number =>
  terminal.showsTables ? Math.min(terminal.width, 110) : 100;

/** commander's message, in this program's form. */
const sentenceOf = ({ message }: CommanderError): string =>
  message
    .replace(/^error: /, '')
    // The value of an unknown option may be a key, even one of several lines.
    .replace(/^unknown option '([^'=]*)=.*'/s, "unknown option '$1=…'");

/** A usage error that points to the right help. */
function usage(
  sentence: string,
  argv: Argv,
  { cause, meant = [] }: { readonly cause?: CommanderError; readonly meant?: readonly string[] } = {},
): CreditctlError {
  return new CreditctlError('usage', sentence, {
    applied: 'no',
    next: [...meant, ['creditctl', ...pathOf(argv), '--help'].join(' ')],
    cause,
  });
}

/** Suggestions for mistakes that people bring from other programs. */
async function hintFor(error: CommanderError, program: Program, argv: Argv): Promise<readonly string[]> {
  const { extraArgument, keyTyped, unknownCommand, unknownOption } = await import('./help/unknown-args.ts');
  if (argv.positionals.some(looksLikeKey)) return keyTyped;
  if (error.code === 'commander.excessArguments') return extraArgument(argv);
  if (error.code === 'commander.unknownCommand') return unknownCommand(program, argv);
  const [, option] = /^error: unknown option '(-[^'=]+)/.exec(error.message) ?? [];
  return option === undefined ? [] : unknownOption(option, argv);
}
