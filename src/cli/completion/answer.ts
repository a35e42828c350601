// The answer to one press of the Tab key: the candidates that begin with what is typed, wherever they come from.
import {
  type Command,
  isGroup,
  type Option,
  type Program,
  topicNames,
  topicTitles,
} from '../command-tree.ts';
import { fixedValues, readOptionFlags, type UsageForm, usageForms, wordAt } from '../usage-notation.ts';
import { readSituation, type Situation } from './situation.ts';
import { isLive, type LiveSource, optionSources, type Source, valueSources } from './value-sources.ts';

/** The connection that the line asks for. */
export interface LineFlags {
  readonly profile?: string;
  readonly sandbox?: boolean;
  readonly db?: string;
}

export interface LiveQuestion {
  readonly source: LiveSource;
  readonly typed: string;
  /** As a word names one: `acme`, `id:…`. */
  readonly customer: string | undefined;
  readonly flags: LineFlags;
}

/** What lies outside the program. None of these may throw or take long. */
export interface World {
  readonly profiles: () => Promise<readonly Candidate[]>;
  readonly live: (question: LiveQuestion) => Promise<readonly Candidate[]>;
}

export interface Answer {
  readonly candidates: readonly Candidate[];
  /** Names of files are wanted, which the shell knows best. */
  readonly files: boolean;
  /** What of the word comes before a file's name: `--body=`. */
  readonly lead: string;
}

/** @param line the words after `creditctl`, the last one (perhaps empty) being typed */
export async function answer(program: Program, line: readonly string[], world: World): Promise<Answer> {
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

async function fromSource(source: Source, situation: Situation, world: World): Promise<readonly Candidate[]> {
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

/** Names separated by commas: what stands before the last comma stays, and is not offered again. */
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
  world: World,
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
      // The commands of this noun are about the embedded ledger, whatever the profile.
      ...(given.has('--sandbox') || noun?.name === 'sandbox' ? { sandbox: true } : {}),
    },
  });
}

export interface Candidate {
  /** The whole word, as the program is to get it. */
  readonly value: string;
  readonly description?: string;
  /** More of the same word is to come: no blank after it. */
  readonly goesOn?: true;
}

/** What could come next, before anything outside the program is asked. */
export interface Wanted {
  readonly candidates: readonly Candidate[];
  readonly sources: readonly Source[];
}

const nothing: Wanted = { candidates: [], sources: [] };

function wantedIn(program: Program, situation: Situation): Wanted {
  const { place } = situation;
  if (place.kind === 'value') return optionValue(place.option, situation.command);
  if (place.kind === 'option') return { candidates: optionNames(situation), sources: [] };
  if (situation.words[0] === 'help' && situation.noun === undefined)
    return helpWords(program, situation.words.slice(1));
  if (situation.noun === undefined) return situation.words.length === 0 ? nouns(program) : nothing;
  if (situation.command !== undefined) return commandWord(situation.command, situation);
  if (situation.words.length > 0 || !isGroup(situation.noun)) return nothing;
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

/** A value with what the help of its command says about it: a setting, an outcome, a kind of fault. */
function fixedValue(value: string, command: Command | undefined): Candidate {
  const name = value.replace(/=$/, '');
  const [, description] = command?.terms?.list.find(([terms]) => terms.split(', ').includes(name)) ?? [];
  return {
    value,
    ...(description === undefined ? {} : { description }),
    ...(value === name ? {} : { goesOn: true as const }),
  };
}

/** Every option that can still be given, by its long name. */
function optionNames({ options, given }: Situation): readonly Candidate[] {
  return options.flatMap(({ flags, text, repeats }) => {
    const { long } = readOptionFlags(flags);
    return given.has(long) && repeats !== true ? [] : [{ value: long, description: text }];
  });
}

/** The next word of a command; where no more is to come, its options. */
function commandWord(command: Command, situation: Situation): Wanted {
  const { usage, values } = command;
  const { words, typed, ended } = situation;
  const next = formsOf(usage, situation)
    .filter((form) => words.every((word, index) => fits(form, index, word)))
    .flatMap((form) => wordAt(form, words.length) ?? []);
  if (next.length === 0)
    return typed === '' && !ended ? { candidates: optionNames(situation), sources: [] } : nothing;
  return {
    candidates: next
      .flatMap((word) => fixedValues(word, words.at(-1), values))
      .map((value) => fixedValue(value, command)),
    sources: [...new Set(next.flatMap(({ text }) => valueSources[text.replace(/[<>[\]]/g, '')] ?? []))],
  };
}

/** Who named the customer by a flag does not name one by a word. */
function formsOf(usage: string, { given }: Situation): readonly UsageForm[] {
  const named = given.has('--external-customer-id') || given.has('--customer-id');
  return usageForms(usage).map((form) => form.filter(({ text }) => !named || text !== '<customer>'));
}

function fits(form: UsageForm, index: number, word: string): boolean {
  const place = wordAt(form, index);
  return place !== undefined && (place.kind === 'value' || place.text === word);
}

/** The customer whom the line names so far, as a word would: `acme`, `id:…`. */
function customerIn({ command, words, given }: Situation): string | undefined {
  const external = given.get('--external-customer-id')?.at(-1);
  if (external !== undefined) return external;
  const id = given.get('--customer-id')?.at(-1);
  if (id !== undefined) return `id:${id}`;
  const [form = []] = usageForms(command?.usage ?? '');
  const at = form.findIndex(({ text }) => /^[<[]customer[>\]]$/.test(text));
  return at === -1 ? undefined : words[at];
}
