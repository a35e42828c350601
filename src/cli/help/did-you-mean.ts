// Adds "Did you mean …?" to a usage error for mistyped values, fields and columns.

import { CreditctlError } from '../../errors.ts';
import { nearest, nearestField } from '../../output/nearest.ts';
import { type Command, type Option, withGlobalOptions } from '../command-tree.ts';
import { fixedValues, readOptionFlags, usageForms, wordAt } from '../usage-notation.ts';

/** What was typed for a command, as the parser read it. */
export interface Typed {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** The same error with what was probably meant, for each value that is near one of those there are. */
export async function withSuggestions(
  error: CreditctlError,
  command: Pick<Command, 'usage' | 'values' | 'shows' | 'options'>,
  { words, flags, globals }: Typed & { readonly globals: readonly Option[] },
): Promise<CreditctlError> {
  const suggestions = [
    ...withGlobalOptions(command.options, globals).flatMap((option) => optionSuggestions(option, flags)),
    ...wordSuggestions(command, words),
    ...(await nameSuggestions(command, flags)),
  ];
  if (suggestions.length === 0) return error;
  const next = [...suggestions.map((text) => `Did you mean ${text}?`), ...(error.facts.next ?? [])];
  return new CreditctlError(error.kind, error.message, { ...error.facts, next });
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
  words: readonly string[],
): readonly string[] {
  const forms = usageForms(usage);
  return words.flatMap((word, index) => {
    const known = forms.flatMap((form) => {
      const place = wordAt(form, index);
      return place === undefined ? [] : fixedValues(place, words[index - 1], values);
    });
    // Of `kind=value`, the fixed part ends with the sign.
    const typed = word.replace(/(?<==).*/, '');
    if (known.includes(typed)) return [];
    return nearest(typed, known) ?? [];
  });
}

async function nameSuggestions(
  { shows }: Pick<Command, 'shows'>,
  { json, columns }: Typed['flags'],
): Promise<readonly string[]> {
  if (shows === undefined || (typeof json !== 'string' && typeof columns !== 'string')) return [];
  const shown = await shows();
  const columnNames = shown.columns.map(({ name }) => name);
  return [
    ...listSuggestions('--json', json, shown.fields),
    ...listSuggestions('--columns', columns, columnNames),
  ];
}

function listSuggestions(flag: string, typed: unknown, known: readonly string[]): readonly string[] {
  if (typeof typed !== 'string') return [];
  const names = typed.split(',').map((name) => name.trim());
  const meant = names.map((name) =>
    known.includes(name) || name.includes('.') ? name : (nearestField(name, known) ?? name),
  );
  return meant.join() === names.join() ? [] : [`${flag} ${meant.join(',')}`];
}
