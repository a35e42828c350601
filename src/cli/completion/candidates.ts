// From what a line means to what could come next: fixed candidates, or the source that has to be asked. Pure.
import {
  type Command,
  isGroup,
  type Option,
  type Program,
  topicNames,
  topicTitles,
} from '../command-tree.ts';
import { fixedValues, readOptionFlags, type UsageForm, usageForms, wordAt } from '../usage-notation.ts';
import type { Situation } from './situation.ts';
import { optionSources, type Source, valueSources } from './value-sources.ts';

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

export function wantedIn(program: Program, situation: Situation): Wanted {
  const { place } = situation;
  if (place.kind === 'value') return optionValue(place.option);
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

function optionValue({ flags, values = [] }: Option): Wanted {
  const { long, value } = readOptionFlags(flags);
  const source = optionSources[long] ?? valueSources[value?.name ?? ''];
  return {
    candidates: values.map((each) => ({ value: each })),
    sources: source === undefined ? [] : [source],
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
function commandWord({ usage, values }: Command, situation: Situation): Wanted {
  const { words, typed, ended } = situation;
  const next = formsOf(usage, situation)
    .filter((form) => words.every((word, index) => fits(form, index, word)))
    .flatMap((form) => wordAt(form, words.length) ?? []);
  if (next.length === 0)
    return typed === '' && !ended ? { candidates: optionNames(situation), sources: [] } : nothing;
  return {
    candidates: next
      .flatMap((word) => fixedValues(word, words.at(-1), values))
      .map((value) => (value.endsWith('=') ? { value, goesOn: true as const } : { value })),
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
export function customerIn({ command, words, given }: Situation): string | undefined {
  const external = given.get('--external-customer-id')?.at(-1);
  if (external !== undefined) return external;
  const id = given.get('--customer-id')?.at(-1);
  if (id !== undefined) return `id:${id}`;
  const [form = []] = usageForms(command?.usage ?? '');
  const at = form.findIndex(({ text }) => /^[<[]customer[>\]]$/.test(text));
  return at === -1 ? undefined : words[at];
}
