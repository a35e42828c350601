// The parts of an option's flags, which are written as commander takes them: `-o, --output <format>`.

export interface OptionFlags {
  /** With its dash; `undefined` where there is none. */
  readonly short: string | undefined;
  /** With its dashes. */
  readonly long: string;
  /** The property that commander gives the value: `dryRun`, and `input` for `--no-input`. */
  readonly property: string;
  readonly value: { readonly name: string; readonly required: boolean } | undefined;
}

export function readOptionFlags(flags: string): OptionFlags {
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
