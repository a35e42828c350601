// Reads an unfinished command line, and decides whether its last word is a value, an option or a word. Pure.
import { Argv } from '../argv.ts';
import type { Option, Program } from '../command-tree.ts';

/** The kind of the last word: an option's value, an option, or a positional. */
export type Place =
  /** @param lead the part of the last word before the value: `--type=`, `-o`, usually empty */
  | { readonly kind: 'value'; readonly option: Option; readonly lead: string }
  | { readonly kind: 'option' }
  | { readonly kind: 'word' };

export interface Situation
  extends Pick<Argv, 'noun' | 'command' | 'positionals' | 'given' | 'options' | 'ended'> {
  readonly place: Place;
  /** The typed part of the last word, without its lead. */
  readonly typed: string;
}

/** @param line the words after `creditctl`; the last word, perhaps empty, is being typed */
export function readSituation(program: Program, line: readonly string[]): Situation {
  const argv = new Argv(program);
  for (const word of line.slice(0, -1)) argv.read(word);
  const last = line.at(-1) ?? '';
  const place = placeOf(last, argv);
  const { noun, command, positionals, given, options, ended } = argv;
  const read = { noun, command, positionals, given, options, ended };
  return { ...read, place, typed: place.kind === 'value' ? last.slice(place.lead.length) : last };
}

function placeOf(last: string, argv: Argv): Place {
  if (argv.takes(last)) return { kind: 'value', option: argv.open, lead: '' };
  if (argv.ended || !last.startsWith('-')) return { kind: 'word' };
  const { option, lead } = argv.optionsIn(last).at(-1) ?? {};
  if (option !== undefined && lead !== undefined) return { kind: 'value', option, lead };
  return { kind: 'option' };
}
