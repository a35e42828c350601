// Reads `-F key=value` and `-f key=value` of `api`: typed or plain fields for the body of a write or the query of a read.
import type { Problem } from '../../errors.ts';
import { type Json, type JsonNumber, type JsonObject, jsonNumber } from '../../wire/json.ts';

export interface RawField {
  readonly flag: '-F' | '-f';
  /** Key as typed: `a`, `a[b]`, `a[]`. */
  readonly key: string;
  readonly value: string;
  /** File that holds the value, `-` for stdin; only with `-F`. */
  readonly file?: string;
}

/** Splits `key=value` at the first `=`. A value of `-F` that begins with `@` names a file. */
export function readRawFields(
  flag: RawField['flag'],
  pairs: readonly string[],
  problems: Problem[],
): readonly RawField[] {
  return pairs.flatMap((pair): readonly RawField[] => {
    const split = pair.indexOf('=');
    if (split < 1) {
      problems.push({ where: flag, problem: `must be key=value: "${pair}"` });
      return [];
    }
    const field = { flag, key: pair.slice(0, split), value: pair.slice(split + 1) };
    if (flag === '-f' || !field.value.startsWith('@')) return [field];
    if (field.value === '@') problems.push({ where: flag, problem: `names no file after the @: "${pair}"` });
    return [{ ...field, file: field.value.slice(1) }];
  });
}

/** Fields as query parameters. Names stay unchanged: `created_at[gte]=…` is the API's own spelling. */
export const fieldsAsQuery = (fields: readonly RawField[]): readonly (readonly [string, string])[] =>
  fields.map(({ key, value }) => [key, value]);

type Leaf = null | boolean | string | number | JsonNumber;
type Tree = Leaf | Tree[] | Branch;
interface Branch extends Map<string, Tree> {}

/** Fields as a JSON object: `a[b]=1` nests, `a[]=1` makes a list, and a repeated key starts the next object of a list. */
export function fieldsAsBody(fields: readonly RawField[], problems: Problem[]): JsonObject {
  const body: Branch = new Map();
  for (const field of fields) {
    const steps = stepsOf(field.key);
    const problem =
      steps === undefined
        ? `is not a valid field name: "${field.key}"; write a, a[b] or a[]`
        : put(body, steps, leafOf(field));
    if (problem !== undefined) problems.push({ where: `${field.flag} ${field.key}`, problem });
  }
  return closed(body) as JsonObject;
}

/** Splits `a[b][]` into `a`, `b` and an empty step; `undefined` for a malformed key. */
function stepsOf(key: string): readonly string[] | undefined {
  if (!/^[^[\]]+(?:\[[^[\]]*\])*$/.test(key) || key.includes('[][]')) return undefined;
  return key.replaceAll(']', '').split('[');
}

const jsonNumberForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** `-F` reads JSON numbers (with every digit), `true`, `false` and `null` as JSON. The content of a file is always text. */
function leafOf({ flag, value, file }: RawField): Leaf {
  if (flag === '-f' || file !== undefined) return value;
  if (value === 'null') return null;
  if (value === 'true' || value === 'false') return value === 'true';
  return jsonNumberForm.test(value) ? jsonNumber(value) : value;
}

function put(into: Branch, [name = '', ...rest]: readonly string[], value: Leaf): string | undefined {
  const there = into.get(name);
  if (rest.length === 0) {
    if (there !== undefined) return 'is given twice; for a list, write []';
    into.set(name, value);
    return undefined;
  }
  if (rest[0] === '') {
    if (there !== undefined && !Array.isArray(there)) return 'is a list here but was something else before';
    const list: Tree[] = there ?? [];
    into.set(name, list);
    append(list, rest.slice(1), value);
    return undefined;
  }
  if (there !== undefined && !(there instanceof Map)) return 'is an object here but was a plain value before';
  const branch: Branch = there ?? new Map();
  into.set(name, branch);
  return put(branch, rest, value);
}

function append(list: Tree[], steps: readonly string[], value: Leaf): void {
  if (steps.length === 0) {
    list.push(value);
    return;
  }
  const last = list.at(-1);
  // A key that the last object already has starts a new object.
  if (last instanceof Map && put(last, steps, value) === undefined) return;
  const next: Branch = new Map();
  put(next, steps, value);
  list.push(next);
}

function closed(tree: Tree): Json {
  if (tree instanceof Map) return Object.fromEntries([...tree].map(([name, below]) => [name, closed(below)]));
  return Array.isArray(tree) ? tree.map(closed) : tree;
}
