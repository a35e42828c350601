// Reads the JSON file of `--compare`, which a report printed earlier: an array, a document, or a document a line.
import { type Amount, amountFromText } from '../../credits/exact.ts';
import { usageErrorAt } from '../../errors.ts';
import { isJsonObject, type Json, type JsonObject, numberText, parseJson } from '../../wire/json.ts';

/** The documents of the file. Throws a `usage` error if the file is not JSON objects. */
export function printedDocuments(text: string): readonly JsonObject[] {
  const documents = parsed(text).flatMap((each) =>
    Array.isArray(each) ? (each as readonly Json[]) : [each],
  );
  return documents.map((each, index) => {
    if (isJsonObject(each)) return each;
    throw refused(`has no object at place ${index + 1}`);
  });
}

function parsed(text: string): readonly Json[] {
  try {
    return [parseJson(text)];
  } catch {
    return text
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : [parsedLine(line, index + 1)]));
  }
}

function parsedLine(line: string, number: number): Json {
  try {
    return parseJson(line);
  } catch {
    throw refused(`is not JSON (line ${number})`);
  }
}

/** A text field of a printed document. Throws a `usage` error that names the field. @param place counts from 1 */
export function textField(document: JsonObject, name: string, place: number): string {
  const value = document[name];
  if (typeof value === 'string') return value;
  throw refused(`has no "${name}" at place ${place}`);
}

/** The amounts of the named fields that the document has. Throws a `usage` error for a value that is no number. */
export function amountFields(
  document: JsonObject,
  names: readonly string[],
  place: number,
): ReadonlyMap<string, Amount> {
  const amounts = new Map<string, Amount>();
  for (const name of names) {
    const value = document[name];
    if (value === undefined) continue;
    const amount = amountFromText(numberText(value) ?? '');
    if (amount === undefined) throw refused(`has no number as "${name}" at place ${place}`);
    amounts.set(name, amount);
  }
  return amounts;
}

/** The error for a file that no report printed. */
export const refused = (problem: string): Error =>
  usageErrorAt('--compare', `${problem}: give what the same report printed earlier with -o json`);
