// Reads how a command's usage and options are written: `<customer> [block]` and `-o, --output <format>`. Pure.

export interface OptionFlags {
  /** With its dash; `undefined` if there is none. */
  readonly short: string | undefined;
  /** With its dashes. */
  readonly long: string;
  /** The property that commander gives the value: `dryRun`, and `input` for `--no-input`. */
  readonly property: string;
  readonly value: { readonly name: string; readonly required: boolean } | undefined;
}

/** A line asks some three hundred times for what some fifty options say. */
const known = new Map<string, OptionFlags>();

/** What an option's flags say. @param flags written in the program, not typed */
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

/** A word to type literally, or a named value. */
export interface UsageWord {
  readonly text: string;
  readonly kind: 'literal' | 'value';
  readonly required: boolean;
  /** It can be given any number of times. */
  readonly repeats: boolean;
}

export type UsageForm = readonly UsageWord[];

/** The ways in which a command may be written, each as its words in order. */
export function usageForms(usage: string): readonly UsageForm[] {
  const forms = usage.split(' | ').map((form) => form.split(' ').filter((word) => word !== ''));
  return forms.map((words) =>
    words.flatMap((word, index) => {
      if (word === '…' || word === '...') return [];
      const [text = '', tail = ''] = word.split(/(?=(?:…|\.\.\.)$)/);
      const next = words[index + 1];
      const repeats = tail !== '' || next === '…' || next === '...';
      // Of several forms, one that begins with `[show]` means the word itself.
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

/** How many words a command takes at most: where none repeats, as many as its longest form has. */
export const wordsMaxOf = ({ usage, wordsMax }: Usage): number =>
  wordsMax ?? Math.max(...usageForms(usage).map(({ length }) => length));

interface Usage {
  readonly usage: string;
  readonly wordsMax?: number;
}

/** The word of a form at an index, counted from 0; the last word counts again if it repeats. */
export function wordAt(form: UsageForm, index: number): UsageWord | undefined {
  const last = form.at(-1);
  return form[index] ?? (last?.repeats === true ? last : undefined);
}

/** The fixed values that a word can have. @param before the word typed before it */
export function fixedValues(
  word: UsageWord,
  before: string | undefined,
  values: Readonly<Record<string, readonly string[]>> = {},
): readonly string[] {
  if (word.kind === 'literal') return [word.text];
  return values[`${before} ${word.text}`] ?? values[word.text] ?? [];
}
