// What a write will do, shown before it is done: lines for a person, a document for a script.
import type { JsonObject } from '../wire/json.ts';

export interface Preview {
  /** The first says what happens; the others are made by `previewLine`. */
  readonly lines: readonly string[];
  /** The value of `effect` in the document of a dry run. */
  readonly document: JsonObject;
}

/** One named fact below the title. */
export const previewLine = (name: string, text: string): string => `  ${name.padEnd(10)} ${text}`;

/** Cells before the text of a line, under which a long one goes on; none for the title. */
export const previewIndent = (line: string): number =>
  line.startsWith('  ') ? previewLine('', '').length : 0;
