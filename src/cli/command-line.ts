// Reads the command line: the command that it names, with its words and flags, or the mistake in it.
import { CreditctlError } from '../errors.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { type Argv, pathOf, readArgv, valueProblem } from './argv.ts';
import { argsMaxOf, type Chosen, isGroup, type Program, readOptionFlags } from './command-tree.ts';
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
  const { command, positionals, given, unknown } = argv;
  if (given.has('--version') && unknown === undefined) return printed(`${runtime.version}\n`, runtime);
  if (asksForHelpDocument(argv)) {
    const { helpJson } = await import('./help/help-request.ts');
    return printed(helpJson(program, runtime.version, pathOf(argv)), runtime);
  }
  const lacksValue = optionWithoutValue(argv) !== undefined;
  // A group without a command prints its help, too.
  const isBare = command === undefined && positionals.length === 0 && unknown === undefined;
  if (!lacksValue && (given.has('--help') || isBare)) {
    const { helpText } = await import('./help/help-text.ts');
    const layout = { width: helpWidth(runtime), breaksExamples: runtime.terminal.showsTables };
    return printed(helpText(program, argv, layout), runtime);
  }
  const isWrong = lacksValue || unknown !== undefined || command === undefined;
  if (isWrong || positionals.length > argsMaxOf(command)) throw await wrongWord(argv, program);
  return { command, args: positionals, flags: flagsOf(argv) };
}

/** With --help, the help text is the data, so it goes to stdout. */
async function printed(text: string, { terminal }: Runtime): Promise<undefined> {
  await terminal.out(text);
}

/** Whether the line is `--help`, or no command, with `-o json` or `--json`. A line with a mistake gets the usual error. */
function asksForHelpDocument({ given, noun, command, positionals, unknown }: Argv): boolean {
  const isJson = given.get('--output')?.at(-1) === 'json' || given.has('--json');
  if (!isJson || unknown !== undefined) return false;
  const isBare = positionals.length === 0 && command === undefined;
  return noun === undefined ? isBare : given.has('--help') || (isBare && isGroup(noun));
}

/** The values of the options, by the names that the command declares. A `--no-…` that is not given is true. */
function flagsOf({ options, given }: Argv): GlobalFlags {
  const flags: Record<string, unknown> = {};
  for (const { flags: written, name, repeats } of options) {
    const { long, property, value } = readOptionFlags(written);
    const values = given.get(long);
    if (long.startsWith('--no-')) flags[name ?? property] = values === undefined;
    else if (values !== undefined)
      flags[name ?? property] = value === undefined || (repeats === true ? values : (values.at(-1) ?? true));
  }
  return flags;
}

const helpWidth = ({ terminal }: Runtime): number =>
  terminal.showsTables ? Math.min(terminal.width, 110) : 100;

/** The last option of the line, if it needs a value and has none. */
const optionWithoutValue = ({ open }: Argv): Argv['open'] =>
  open !== undefined && readOptionFlags(open.flags).value?.required === true ? open : undefined;

/** The error about the first word that fits nothing, or about a missing value. */
async function wrongWord(argv: Argv, program: Program): Promise<CreditctlError> {
  const { extraArgument, keyTyped, unknownCommand, unknownOption } = await import('./help/unknown-args.ts');
  const { command, args, positionals, unknown, options } = argv;
  const [word = ''] = positionals;
  const wrong = (sentence: string, meant: readonly string[]): CreditctlError =>
    usage(sentence, argv, positionals.some(looksLikeKey) ? keyTyped : meant);
  const open = optionWithoutValue(argv);
  if (open !== undefined) return wrong(`option '${open.flags}' argument missing`, []);
  const isOptionFirst = positionals.length === 0 || args.indexOf(unknown ?? '') < args.indexOf(word);
  if (unknown !== undefined && (command !== undefined || isOptionFirst)) {
    // The value of an unknown option may be a key, even one of several lines.
    let [option = ''] = unknown.split('=', 1);
    const known = options.map(({ flags }) => readOptionFlags(flags).short);
    while (option.length > 2 && known.includes(option.slice(0, 2))) option = `-${option.slice(2)}`;
    return wrong(`unknown option '${option}'`, unknownOption(option, argv));
  }
  if (command === undefined) return wrong(`unknown command '${word}'`, unknownCommand(program, argv));
  const most = argsMaxOf(command);
  const expected = `Expected ${most} argument${most === 1 ? '' : 's'} but got ${positionals.length}`;
  return wrong(`too many arguments for '${command.name}'. ${expected}.`, extraArgument(argv));
}

/** A usage error that points to the right help. */
function usage(sentence: string, argv: Argv, meant: readonly string[] = []): CreditctlError {
  return new CreditctlError('usage', sentence, {
    applied: 'no',
    next: [...meant, ['creditctl', ...pathOf(argv), '--help'].join(' ')],
  });
}
