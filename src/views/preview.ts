// Defines the preview of a write: lines for a person, a document for a script.
import type { JsonObject } from '../wire/json.ts';

export interface Preview {
  /** The first line says what happens; `previewLine` makes the others. */
  readonly lines: readonly string[];
  /** The value of `effect` in the document of a dry run. */
  readonly document: JsonObject;
}

/** Makes the line of one named fact below the title. */
export const previewLine = (name: string, text: string): string => `  ${name.padEnd(10)} ${text}`;

/** The cells by which the further lines of a wrapped line are indented; 0 for the title. */
export const previewIndent = (line: string): number =>
  line.startsWith('  ') ? previewLine('', '').length : 0;
