// Answers one press of the Tab key with the candidates that begin with the typed text, from all sources.
import {
  type Command,
  fixedValues,
  isGroup,
  type Option,
  type Program,
  readOptionFlags,
  topicNames,
  topicTitles,
  type UsageForm,
  usageForms,
  wordAt,
} from '../command-tree.ts';
import { readSituation, type Situation } from './situation.ts';
import { isLive, type LiveSource, optionSources, type Source, valueSources } from './value-sources.ts';

/** The connection flags of the line. */
export interface LineFlags {
  readonly profile?: string;
  readonly sandbox?: boolean;
  readonly db?: string;
}

export interface LiveQuestion {
  readonly source: LiveSource;
  readonly typed: string;
  /** The customer as a command line names one: `acme`, `id:…`. */
  readonly customer: string | undefined;
  readonly flags: LineFlags;
}

/** Access to files, configuration and API. No method may throw or take long. */
export interface LiveValues {
  readonly profiles: () => Promise<readonly Candidate[]>;
  readonly live: (question: LiveQuestion) => Promise<readonly Candidate[]>;
}

export interface Answer {
  readonly candidates: readonly Candidate[];
  /** File names are wanted, which the shell completes itself. */
  readonly files: boolean;
  /** The part of the word before a file name: `--body=`. */
  readonly lead: string;
}

/** @param line the words after `creditctl`; the last word, perhaps empty, is being typed */
export async function answer(program: Program, line: readonly string[], world: LiveValues): Promise<Answer> {
  const situation = readSituation(program, line);
  const { place, typed } = situation;
  const lead = place.kind === 'value' ? place.lead : '';
  const { candidates, sources } = wantedIn(program, situation);
  const found = await Promise.all(sources.map((source) => fromSource(source, situation, world)));
  const unique = new Map([...candidates, ...found.flat()].map((each) => [each.value, each]));
  return {
    candidates: [...unique.values()]
      .filter(({ value }) => value.startsWith(typed))
      .map((each) => ({ ...each, value: `${lead}${each.value}` })),
    files: sources.includes('files'),
    lead,
  };
}

async function fromSource(
  source: Source,
  situation: Situation,
  world: LiveValues,
): Promise<readonly Candidate[]> {
  if (isLive(source)) return fromApi(source, situation, world);
  switch (source) {
    case 'files':
      return [];
    case 'profiles':
      return world.profiles();
    case 'dates':
      return dates;
    case 'time zones':
      return Intl.supportedValuesOf('timeZone').map((value) => ({ value }));
    case 'columns':
      return listed(
        ((await situation.command?.shows?.())?.columns ?? []).map(({ name }) => name),
        situation.typed,
      );
    case 'fields':
      return listed((await situation.command?.shows?.())?.fields ?? [], situation.typed);
  }
}

const dates: readonly Candidate[] = [
  { value: 'today', description: "in the customer's time zone" },
  { value: '+30d', description: 'days from today; also +6w, +3m, +1y' },
  { value: 'eom', description: 'last day of the month' },
  { value: 'eoq', description: 'last day of the quarter' },
  { value: 'eoy', description: 'last day of the year' },
];

/** Completes a list of names separated by commas: keeps the names before the last comma and offers none of them again. */
function listed(names: readonly string[], typed: string): readonly Candidate[] {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  const chosen = before.split(',');
  return names
    .filter((name) => !chosen.includes(name) && !name.endsWith('.*'))
    .map((name) => ({ value: `${before}${name}`, goesOn: true as const }));
}

async function fromApi(
  source: LiveSource,
  situation: Situation,
  world: LiveValues,
): Promise<readonly Candidate[]> {
  const { given, noun, typed } = situation;
  const profile = given.get('--profile')?.at(-1);
  const db = given.get('--db')?.at(-1);
  return world.live({
    source,
    typed,
    customer: customerIn(situation),
    flags: {
      ...(profile === undefined ? {} : { profile }),
      ...(db === undefined ? {} : { db }),
      // The commands of `sandbox` use the embedded ledger, whatever the profile.
      ...(given.has('--sandbox') || noun?.name === 'sandbox' ? { sandbox: true } : {}),
    },
  });
}

export interface Candidate {
  /** The whole word that the program receives. */
  readonly value: string;
  readonly description?: string;
  /** The word continues, so the shell adds no blank. */
  readonly goesOn?: true;
}

/** The possible next words, before files, configuration or API are read. */
export interface Wanted {
  readonly candidates: readonly Candidate[];
  readonly sources: readonly Source[];
}

const nothing: Wanted = { candidates: [], sources: [] };

function wantedIn(program: Program, situation: Situation): Wanted {
  const { place } = situation;
  if (place.kind === 'value') return optionValue(place.option, situation.command);
  if (place.kind === 'option') return { candidates: optionNames(situation), sources: [] };
  if (situation.positionals[0] === 'help' && situation.noun === undefined)
    return helpWords(program, situation.positionals.slice(1));
  if (situation.noun === undefined) return situation.positionals.length === 0 ? nouns(program) : nothing;
  if (situation.command !== undefined) return commandWord(situation.command, situation);
  if (situation.positionals.length > 0 || !isGroup(situation.noun)) return nothing;
  return { candidates: situation.noun.commands().map(described), sources: [] };
}

const described = ({ name, summary }: { name: string; summary: string }): Candidate => ({
  value: name,
  description: summary,
});

const nouns = (program: Program): Wanted => ({
  candidates: [
    ...program.nodes.map(described),
    { value: 'help', description: 'Help on a command or a topic' },
  ],
  sources: [],
});

function helpWords(program: Program, [noun, ...more]: readonly string[]): Wanted {
  const topics = topicNames.map((name) => ({ value: name, description: topicTitles[name] }));
  if (noun === undefined) return { candidates: [...program.nodes.map(described), ...topics], sources: [] };
  const node = program.nodes.find(({ name }) => name === noun);
  if (more.length > 0 || node === undefined || !isGroup(node)) return nothing;
  return { candidates: node.commands().map(described), sources: [] };
}

function optionValue({ flags, values = [] }: Option, command: Command | undefined): Wanted {
  const { long, value } = readOptionFlags(flags);
  const source = optionSources[long] ?? valueSources[value?.name ?? ''];
  return {
    candidates: values.map((value) => fixedValue(value, command)),
    sources: source === undefined ? [] : [source],
  };
}

/** A value with its description from the command's help: a setting, an outcome, a kind of fault. */
function fixedValue(value: string, command: Command | undefined): Candidate {
  const name = value.replace(/=$/, '');
  const [, description] = command?.terms?.list.find(([terms]) => terms.split(', ').includes(name)) ?? [];
  return {
    value,
    ...(description === undefined ? {} : { description }),
    ...(value === name ? {} : { goesOn: true as const }),
  };
}

/** Every option that may still be given, by its long name. */
function optionNames({ options, given }: Situation): readonly Candidate[] {
  return options.flatMap(({ flags, text, repeats }) => {
    const { long } = readOptionFlags(flags);
    return given.has(long) && repeats !== true ? [] : [{ value: long, description: text }];
  });
}

/** The next word of a command; after its last word, the options. */
function commandWord(command: Command, situation: Situation): Wanted {
  const { usage, values } = command;
  const { positionals, typed, ended } = situation;
  const next = formsOf(usage, situation)
    .filter((form) => positionals.every((word, index) => fits(form, index, word)))
    .flatMap((form) => wordAt(form, positionals.length) ?? []);
  if (next.length === 0)
    return typed === '' && !ended ? { candidates: optionNames(situation), sources: [] } : nothing;
  return {
    candidates: next
      .flatMap((word) => fixedValues(word, positionals.at(-1), values))
      .map((value) => fixedValue(value, command)),
    sources: [...new Set(next.flatMap(({ text }) => valueSources[text.replace(/[<>[\]…]|\|.*/g, '')] ?? []))],
  };
}

/** The usage forms, without `<customer>` if a flag already names the customer. */
function formsOf(usage: string, { given }: Situation): readonly UsageForm[] {
  const named = given.has('--external-customer-id') || given.has('--customer-id');
  return usageForms(usage).map((form) => form.filter(({ text }) => !named || text !== '<customer>'));
}

function fits(form: UsageForm, index: number, word: string): boolean {
  const place = wordAt(form, index);
  return place !== undefined && (place.kind === 'value' || place.text === word);
}

/** The customer whom the line names so far, in the notation of a word: `acme`, `id:…`. */
function customerIn({ command, positionals, given }: Situation): string | undefined {
  const external = given.get('--external-customer-id')?.at(-1);
  if (external !== undefined) return external;
  const id = given.get('--customer-id')?.at(-1);
  if (id !== undefined) return `id:${id}`;
  const [form = []] = usageForms(command?.usage ?? '');
  const at = form.findIndex(({ text }) => /^[<[]customer[>\]]$/.test(text));
  return at === -1 ? undefined : positionals[at];
}
