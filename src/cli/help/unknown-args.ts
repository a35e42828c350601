// Suggests a correction for an unknown command, an unknown option or an extra argument. Pure.
import { shellText } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { type Argv, pathOf } from '../argv.ts';
import { argsMaxOf, commandsOf, isGroup, type Program, readOptionFlags } from '../command-tree.ts';

/** The commands of this program for other programs' words, the nearest in meaning first. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  grant: ['add', 'ledger add'],
  give: ['add', 'ledger add'],
  credit: ['add', 'ledger add'],
  create: ['create', 'add', 'ledger add'],
  new: ['create', 'add'],
  insert: ['create', 'add'],
  get: ['show', 'get', 'list'],
  view: ['show', 'list'],
  describe: ['show', 'list'],
  info: ['show', 'status', 'list'],
  ls: ['list'],
  find: ['search', 'list'],
  query: ['search', 'list'],
  log: ['history list', 'list'],
  rm: ['delete', 'remove', 'void'],
  remove: ['delete', 'remove', 'void'],
  destroy: ['delete', 'reset'],
  cancel: ['void', 'delete', 'undo'],
  revoke: ['void', 'undo'],
  revert: ['undo'],
  rollback: ['undo'],
  edit: ['update', 'amend', 'set'],
  modify: ['update', 'amend', 'set'],
  prolong: ['extend', 'blocks extend'],
  renew: ['extend', 'blocks extend'],
  spend: ['ledger add'],
  run: ['apply'],
  login: ['auth login'],
  logout: ['auth logout'],
  whoami: ['auth status'],
};

/** The sentence about an unknown command, and suggestions. */
export function unknownCommand(program: Program, { noun, positionals }: Argv): readonly string[] {
  const [typed = '', next] = positionals;
  const known = commandNames(program, noun);
  const whole = commandsOf(program).map(({ path }) => path.join(' '));
  const path = noun === undefined ? [] : [noun.name];
  const verbs = noun === undefined ? whole.filter((name) => name.endsWith(` ${typed}`)) : [];
  // A verb is a word that we know, so it is no mistyped other one.
  const mistyped = verbs.length > 0 ? undefined : nearest(typed, known);
  const names = [...(synonyms[typed.toLowerCase()] ?? []), ...[mistyped ?? []].flat()];
  const meant = names
    .map((name) => (known.includes(name) ? [...path, name].join(' ') : name))
    .filter((name) => whole.includes(name) || known.includes(name))
    .slice(0, 1);
  // A verb before its noun, as in `list blocks`, or without it, as in `extend acme`.
  const turned = [typed, ...names].map((name) => `${next} ${name}`).find((name) => whole.includes(name));
  const guesses = turned === undefined ? [...new Set([...meant, ...verbs])] : [turned];
  return [
    ...(guesses.length === 0 ? [] : [`Did you mean ${eitherOf(guesses)}?`]),
    ...(noun === undefined ? [] : [`Commands of ${noun.name}: ${known.join(', ')}`]),
  ];
}

/** `a, b or c`. */
const eitherOf = (names: readonly string[]): string => names.join(', ').replace(/, ([^,]*)$/, ' or $1');

function commandNames(program: Program, noun: Argv['noun']): readonly string[] {
  if (noun === undefined) return program.nodes.map(({ name }) => name);
  return isGroup(noun) ? noun.commands().map(({ name }) => name) : [];
}

/** Groups of options with one meaning, in different commands or in other programs. */
const alike: readonly (readonly string[])[] = [
  ['--to', '--on', '--expires', '--target-expires', '--expiry', '--expiry-date', '--expiration'],
  ['--amount', '--credits', '--quantity', '--qty'],
  ['--description', '--note', '--message', '--comment', '--memo'],
  ['--reason', '--void-reason'],
  ['--since', '--effective-since', '--from', '--start', '--after', '--month', '--period'],
  ['--until', '--effective-until', '--to', '--end', '--before'],
  ['--output', '--format'],
  ['--columns', '--fields', '--select'],
  ['--metadata', '--meta', '--tag', '--label'],
  ['--limit', '--max', '--count', '--page-size'],
  ['--dry-run', '--preview', '--what-if', '--simulate'],
  ['--external-customer-id', '--external-id', '--customer', '--id'],
  ['--block', '--block-id', '--credit-block'],
  ['--currency', '--pricing-unit', '--unit'],
  ['--cost-basis', '--price', '--unit-price'],
  ['--profile', '--context'],
];

/** The whole line: without its other words, a value would take the place of another. */
function withValuesLast(typed: string, argv: Argv): string {
  const path = pathOf(argv);
  const isOption = (word: string): boolean => word.startsWith('-') && !word.startsWith(typed);
  const values = argv.args.filter((word) => !isOption(word)).slice(path.length);
  return shellText(['creditctl', ...path, ...argv.args.filter(isOption), '--', ...values]);
}

/**
 * The option of this command with the same meaning, the same beginning or a similar spelling; for one dash, how to write
 * a value that begins with a dash. @param typed such as `--expires` or `-x`
 */
export function unknownOption(typed: string, argv: Argv): readonly string[] {
  const { command, options } = argv;
  if (!typed.startsWith('--')) {
    if (command === undefined || argsMaxOf(command) === 0) return [];
    return [`If it is a value and no option, write it last, after --: ${withValuesLast(typed, argv)}`];
  }
  const flags = options.map(({ flags: written }) => readOptionFlags(written).long);
  if (flags.includes(typed)) return [`${typed} takes no value: write ${typed} alone, or leave it out`];
  const same = alike
    .filter((names) => names.includes(typed))
    .flatMap((names) => names.filter((name) => flags.includes(name)));
  const begun = flags.filter((name) => name.startsWith(typed));
  const isOne = begun.length === 1;
  const meant = same[0] ?? (isOne ? begun[0] : undefined) ?? nearestOption(typed, flags);
  return meant === undefined ? [] : [`Did you mean ${meant}?`];
}

/** Compares the names without their dashes, which would make any two options look alike. */
function nearestOption(typed: string, flags: readonly string[]): string | undefined {
  const name = nearest(
    typed.slice(2),
    flags.map((flag) => flag.slice(2)),
  );
  return name === undefined ? undefined : `--${name}`;
}

/** The option whose value an extra argument probably is. */
export function extraArgument({ command, positionals, options }: Argv): readonly string[] {
  const argsMax = command === undefined ? 0 : argsMaxOf(command);
  const extra = positionals.slice(argsMax);
  const flags = new Set(options.map(({ flags: written }) => readOptionFlags(written).long));
  return extra.flatMap((word) => {
    if (/^\d+(\.\d+)?$/.test(word) && flags.has('--amount'))
      return [`For the amount, write --amount ${word}`];
    if (/^(\+\d+[dwmy]|\d{4}-\d{2}-\d{2}|eo[mqy])$/.test(word)) {
      const flag = ['--expires', '--to', '--on', '--since'].find((name) => flags.has(name));
      return flag === undefined ? [] : [`For the date, write ${flag} ${word}`];
    }
    if (/\s/.test(word) && flags.has('--description'))
      return ['For the description, write --description "…"'];
    if (/^[\w.-]+$/.test(word) && flags.has('--external-id') && argsMax === 0)
      return [`For your own id of the customer, write --external-id ${word}`];
    return [];
  });
}

/** Said to a person who typed a key on the command line. */
export const keyTyped: readonly string[] = [
  'If that is an API key: it was not used and not stored, but your shell may keep it in its history',
  'Keep a key with: creditctl auth login, or set ORB_API_KEY',
];
