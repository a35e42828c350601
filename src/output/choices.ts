// Resolves the columns of `--columns` and the fields of `--json`: checks the names and picks the fields.

import { nearestField } from '../nearest.ts';
import { isJsonObject, type Json, type JsonObject } from '../wire/json.ts';
import { type Column, headerOf, type View } from './view.ts';

/** What is wrong with a flag's value; the flag's name and the problem together are the sentence. */
export interface ChoiceProblem {
  readonly where: string;
  readonly problem: string;
}

/** The named columns in the order of the names; without names, the view's usual ones. */
export function resolveColumns<R>(
  view: View<R>,
  names: readonly string[] = view.usual,
): { readonly columns: readonly Column<R>[] } | { readonly problem: ChoiceProblem } {
  const byHeading = new Map(view.columns.map((column) => [headingWord(headerOf(column)), column]));
  const byName = new Map(view.columns.map((column) => [column.name, column]));
  // A name wins over a heading: scripts use names, and the same word may be the heading of another column.
  const columnOf = (name: string) => byName.get(name) ?? byHeading.get(headingWord(name));
  const problem = choiceProblem('--columns', names, {
    noun: 'column',
    known: [...byName.keys()],
    alsoNear: [...byHeading.keys()],
    has: (name) => columnOf(name) !== undefined,
  });
  if (problem !== undefined) return { problem };
  return { columns: [...new Set(names.flatMap((name) => columnOf(name) ?? []))] };
}

/** The word for a column in `--columns`: its heading without blanks. */
export const columnWord = <R>(column: Column<R>): string => headerOf(column).replaceAll(' ', '_');

const headingWord = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');

type Fields = Pick<View<unknown>, 'fields'>;

/** The path of each named field in the document, in the order of the names. */
export function resolveFields(
  view: Fields,
  names: readonly string[],
): { readonly paths: readonly (readonly string[])[] } | { readonly problem: ChoiceProblem } {
  const problem = choiceProblem('--json', names, {
    noun: 'field',
    known: view.fields,
    has: (name) => fieldPath(view, name) !== undefined,
  });
  if (problem !== undefined) return { problem };
  return { paths: names.flatMap((name) => [fieldPath(view, name) ?? []]) };
}

function fieldPath(view: Fields, name: string): readonly string[] | undefined {
  if (name.endsWith('.*')) return undefined;
  if (view.fields.includes(name)) return name.split('.');
  // A key of metadata may have dots, so everything after the first dot is the key.
  const dot = name.indexOf('.');
  const map = name.slice(0, dot);
  const isKey = dot > 0 && dot < name.length - 1 && view.fields.includes(`${map}.*`);
  return isKey ? [map, name.slice(dot + 1)] : undefined;
}

function choiceProblem(
  where: string,
  names: readonly string[],
  choice: {
    readonly noun: string;
    readonly known: readonly string[];
    /** Further names to guess from. */
    readonly alsoNear?: readonly string[];
    readonly has: (name: string) => boolean;
  },
): ChoiceProblem | undefined {
  const { noun, known, alsoNear = [], has } = choice;
  const list = `choose from ${known.join(', ')}`;
  if (names.length === 0) return { where, problem: `needs at least one ${noun}; ${list}` };
  const unknown = names.filter((name) => !has(name));
  if (unknown.length === 0) return undefined;
  const nouns = unknown.length === 1 ? noun : `${noun}s`;
  const quoted = unknown.map((name) => `"${name}"`).join(', ');
  const meant = names.map((name) => (has(name) ? name : nearestField(name, [...known, ...alsoNear])));
  // The list is long, so it is shown only where there is no good guess.
  const way = meant.every((name) => name !== undefined && has(name))
    ? `did you mean ${where} ${meant.join(',')}? To see all ${noun}s: ${where} ""`
    : list;
  return { where, problem: `has no ${nouns} ${quoted}; ${way}` };
}

interface Wanted {
  /** Whether the field itself is wanted, with everything below it. */
  whole: boolean;
  readonly below: Map<string, Wanted>;
}

/** The fields at these paths, nested as in the document. A field that the document does not have is left out. */
export function pickFields(document: Json, paths: readonly (readonly string[])[]): Json {
  const wanted: Wanted = { whole: false, below: new Map() };
  for (const path of paths) want(wanted, path);
  return pick(document, wanted);
}

function want(wanted: Wanted, [name, ...rest]: readonly string[]): void {
  if (name === undefined) {
    wanted.whole = true;
    return;
  }
  const next = wanted.below.get(name) ?? { whole: false, below: new Map() };
  wanted.below.set(name, next);
  want(next, rest);
}

function pick(value: Json, wanted: Wanted): Json {
  // A parent that is null has no fields to pick from, so null is the answer.
  if (wanted.whole || !isJsonObject(value)) return value;
  const fields: [string, Json][] = [];
  for (const [name, below] of wanted.below) {
    const field = ownField(value, name);
    if (field !== undefined) fields.push([name, pick(field, below)]);
  }
  // Unlike assignment, `fromEntries` treats a key named __proto__ as any other.
  return Object.fromEntries(fields);
}

const ownField = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;
