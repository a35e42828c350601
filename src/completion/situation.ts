// What the words of an unfinished command line mean, and what the last of them is about to be. Pure.
import { type Command, isGroup, type Node, type Option, type Program } from '../command-tree.ts';
import { readOptionFlags } from '../help/option-flags.ts';

/** What the last word is: an option's value, an option, or a word by itself. */
export type Place =
  /** @param lead what of the last word is not the value: `--type=`, `-o`, mostly nothing */
  | { readonly kind: 'value'; readonly option: Option; readonly lead: string }
  | { readonly kind: 'option' }
  | { readonly kind: 'word' };

export interface Situation {
  readonly noun: Node | undefined;
  readonly command: Command | undefined;
  /** The words that are neither names of commands nor options, before the last one. */
  readonly words: readonly string[];
  /** Values by the long name of their option, in order; an empty text for an option that takes none. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** Every option that may be given here. */
  readonly options: readonly Option[];
  /** `--` came before: nothing is an option any more. */
  readonly ended: boolean;
  readonly place: Place;
  /** The last word as far as it is typed, without what leads it. */
  readonly typed: string;
}

const everywhere: readonly Option[] = [
  { flags: '-h, --help', text: 'print this help' },
  { flags: '-V, --version', text: 'print the version' },
];

/** @param line the words after `creditctl`, the last one (perhaps empty) being typed */
export function readSituation(program: Program, line: readonly string[]): Situation {
  const reader = new Reader(program);
  for (const word of line.slice(0, -1)) reader.read(word);
  return reader.situation(line.at(-1) ?? '');
}

/** Reads one word after the other, as the parser will. */
class Reader {
  readonly #program: Program;
  readonly #given = new Map<string, string[]>();
  readonly #words: string[] = [];
  #noun: Node | undefined;
  #command: Command | undefined;
  #ended = false;
  /** The option whose value the next word is. */
  #open: Option | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  read(word: string): void {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined && takesNext(open, word)) this.#give(open, word);
    else if (this.#ended || !word.startsWith('-') || word === '-') this.#readWord(word);
    else if (word === '--') this.#ended = true;
    else this.#readOptions(word);
  }

  situation(last: string): Situation {
    const place = this.#placeOf(last);
    return {
      noun: this.#noun,
      command: this.#command,
      words: this.#words,
      given: this.#given,
      options: this.#options(),
      ended: this.#ended,
      place,
      typed: place.kind === 'value' ? last.slice(place.lead.length) : last,
    };
  }

  #placeOf(last: string): Place {
    const open = this.#open;
    if (open !== undefined && takesNext(open, last)) return { kind: 'value', option: open, lead: '' };
    if (this.#ended || !last.startsWith('-')) return { kind: 'word' };
    const { option, lead } = this.#optionsIn(last).at(-1) ?? {};
    if (option !== undefined && lead !== undefined) return { kind: 'value', option, lead };
    return { kind: 'option' };
  }

  #readWord(word: string): void {
    if (this.#noun === undefined && this.#words.length === 0) this.#name(word);
    else if (this.#noun !== undefined && isGroup(this.#noun) && this.#command === undefined) {
      this.#command = this.#noun.commands().find(({ name }) => name === word);
      if (this.#command === undefined) this.#words.push(word);
    } else this.#words.push(word);
  }

  #name(word: string): void {
    const noun = this.#program.nodes.find(({ name }) => name === word);
    this.#noun = noun;
    if (noun === undefined) this.#words.push(word);
    else if (!isGroup(noun)) this.#command = { ...noun, options: noun.options() };
  }

  #readOptions(word: string): void {
    for (const { option, lead } of this.#optionsIn(word)) {
      if (lead !== undefined) this.#give(option, word.slice(lead.length));
      else if (readOptionFlags(option.flags).value === undefined) this.#give(option, '');
      else {
        this.#open = option;
        this.#give(option);
      }
    }
  }

  /** The options of one word; `lead` is how much of it comes before a value that is part of it. */
  #optionsIn(word: string): readonly { readonly option: Option; readonly lead?: string }[] {
    const options = this.#options().map((option) => ({ option, ...readOptionFlags(option.flags) }));
    if (word.startsWith('--')) {
      const [name = ''] = word.split('=', 1);
      const found = options.find(({ long }) => long === name);
      if (found === undefined) return [];
      if (name === word) return [{ option: found.option }];
      return found.value === undefined ? [] : [{ option: found.option, lead: `${name}=` }];
    }
    const found: { option: Option; lead?: string }[] = [];
    for (let at = 1; at < word.length; at += 1) {
      const named = options.find(({ short }) => short === `-${word[at]}`);
      if (named === undefined) return found;
      const isLast = at === word.length - 1;
      if (named.value !== undefined && !isLast)
        return [...found, { option: named.option, lead: word.slice(0, at + 1) }];
      found.push({ option: named.option });
    }
    return found;
  }

  #give(option: Option, value?: string): void {
    const { long } = readOptionFlags(option.flags);
    const values = this.#given.get(long) ?? [];
    if (value !== undefined) values.push(value);
    this.#given.set(long, values);
  }

  #options(): readonly Option[] {
    return [...(this.#command?.options ?? []), ...this.#program.options, ...everywhere];
  }
}

/** A value that may be left out is never one that looks like an option. */
function takesNext({ flags }: Option, word: string): boolean {
  return readOptionFlags(flags).value?.required === true || !word.startsWith('-');
}
