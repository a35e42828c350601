// Reads the notation of a command's usage and options: `<customer> [block]` and `-o, --output <format>`. Pure.

export interface OptionFlags {
  /** With its dash; `undefined` without a short form. */
  readonly short: string | undefined;
  /** With its dashes. */
  readonly long: string;
  /** The property that commander gives the value: `dryRun`, and `input` for `--no-input`. */
  readonly property: string;
  readonly value: { readonly name: string; readonly required: boolean } | undefined;
}

/** A cache: one command line reads some fifty options about three hundred times. */
const known = new Map<string, OptionFlags>();

/** The parts of an option's flags. @param flags written in the program, not typed by a user */
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

/** A literal word, or a named value. */
export interface UsageWord {
  readonly text: string;
  readonly kind: 'literal' | 'value';
  readonly required: boolean;
  /** Any number of words may follow. */
  readonly repeats: boolean;
}

export type UsageForm = readonly UsageWord[];

/** The forms of a command, each as its words in order. */
export function usageForms(usage: string): readonly UsageForm[] {
  const forms = usage.split(' | ').map((form) => form.split(' ').filter((word) => word !== ''));
  return forms.map((words) =>
    words.flatMap((word, index) => {
      if (word === '…' || word === '...') return [];
      const [text = '', tail = ''] = word.split(/(?=(?:…|\.\.\.)$)/);
      const next = words[index + 1];
      const repeats = tail !== '' || next === '…' || next === '...';
      // In a usage of several forms, a first word such as `[show]` is literal.
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

/** The most words of a command: if no word repeats, as many as the longest form has. */
export const argsMaxOf = ({ usage, argsMax }: Usage): number =>
  argsMax ?? Math.max(...usageForms(usage).map(({ length }) => length));

interface Usage {
  readonly usage: string;
  readonly argsMax?: number;
}

/** The word of a form at an index, counted from 0; a last word that repeats stands for every later index. */
export function wordAt(form: UsageForm, index: number): UsageWord | undefined {
  const last = form.at(-1);
  return form[index] ?? (last?.repeats === true ? last : undefined);
}

/** The fixed values of a word. @param before the word typed before it */
export function fixedValues(
  word: UsageWord,
  before: string | undefined,
  values: Readonly<Record<string, readonly string[]>> = {},
): readonly string[] {
  if (word.kind === 'literal') return [word.text];
  return values[`${before} ${word.text}`] ?? values[word.text] ?? [];
}
