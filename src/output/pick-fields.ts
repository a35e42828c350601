// Some fields of a document, in the nesting that the API gave them.
import { isJsonObject, type Json, type JsonObject } from '../wire/json.ts';

interface Wanted {
  /** The field itself is wanted, with all that is below it. */
  whole: boolean;
  readonly below: Map<string, Wanted>;
}

/** The fields at these paths, in the order asked; a field that the document does not have is left out. */
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
  // A parent that is null has no fields to pick from, and says so itself.
  if (wanted.whole || !isJsonObject(value)) return value;
  const fields: [string, Json][] = [];
  for (const [name, below] of wanted.below) {
    const field = ownField(value, name);
    if (field !== undefined) fields.push([name, pick(field, below)]);
  }
  // Unlike assignment, `fromEntries` gives a key named __proto__ no powers.
  return Object.fromEntries(fields);
}

const ownField = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;
