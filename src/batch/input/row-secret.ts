// Finds the field of a row that holds a key, so that the row is refused without showing it.
import { isJsonObject, type Json, parseJson, writeJson } from '../../wire/json.ts';
import type { Source } from './records.ts';

interface KeyFinder {
  isIn(text: string): boolean;
}

/** The problem of a row that holds an API key; `undefined` without a key. @param header cells of a CSV file's header */
export function secretProblem(source: Source, header: readonly string[] | null, secrets: KeyFinder) {
  if (!secrets.isIn(typeof source === 'string' ? source : source.join('\n'))) return undefined;
  const where = typeof source === 'string' ? fieldIn(source, secrets) : cellIn(source, header ?? [], secrets);
  return { where, problem: 'holds an API key; remove it, and replace the key if others have the file' };
}

function cellIn(cells: readonly string[], header: readonly string[], secrets: KeyFinder): string {
  const index = cells.findIndex((cell) => secrets.isIn(cell));
  return header[index] ?? `column ${index + 1}`;
}

function fieldIn(line: string, secrets: KeyFinder): string {
  try {
    const row = parseJson(line);
    const fields: readonly (readonly [string, Json | undefined])[] = isJsonObject(row)
      ? Object.entries(row)
      : [];
    const [name] = fields.find(([, value]) => secrets.isIn(writeJson(value ?? null))) ?? [];
    return name ?? 'the line';
  } catch {
    return 'the line';
  }
}
