// Adds "Did you mean …?" to a usage error for mistyped values of options and words.

import type { CreditctlError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import {
  type Command,
  fixedValues,
  type Option,
  readOptionFlags,
  usageForms,
  withGlobalOptions,
  wordAt,
} from '../command-tree.ts';

/** The words and flags of a command, as the parser read them. */
export interface Typed {
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** The same error with a suggestion for each value that is close to a known one. */
export function withSuggestions(
  error: CreditctlError,
  command: Pick<Command, 'usage' | 'values' | 'options'>,
  { args, flags, globals }: Typed & { readonly globals: readonly Option[] },
): CreditctlError {
  const suggestions = [
    ...withGlobalOptions(command.options, globals).flatMap((option) => optionSuggestions(option, flags)),
    ...wordSuggestions(command, args),
  ];
  if (suggestions.length === 0) return error;
  const next = [...suggestions.map((text) => `Did you mean ${text}?`), ...(error.facts.next ?? [])];
  return error.with({ next });
}

function optionSuggestions({ flags: written, values }: Option, flags: Typed['flags']): readonly string[] {
  const { long, property } = readOptionFlags(written);
  const given = flags[property];
  return [given].flat().flatMap((value) => {
    if (values === undefined || typeof value !== 'string' || values.includes(value)) return [];
    const meant = nearest(value, values);
    return meant === undefined ? [] : [`${long} ${meant}`];
  });
}

function wordSuggestions(
  { usage, values }: Pick<Command, 'usage' | 'values'>,
  args: readonly string[],
): readonly string[] {
  const forms = usageForms(usage);
  return args.flatMap((word, index) => {
    const known = forms.flatMap((form) => {
      const place = wordAt(form, index);
      return place === undefined ? [] : fixedValues(place, args[index - 1], values);
    });
    // Compares the fixed part of `kind=value`, which ends with the equals sign.
    const typed = word.replace(/(?<==).*/, '');
    if (known.includes(typed)) return [];
    return nearest(typed, known) ?? [];
  });
}
