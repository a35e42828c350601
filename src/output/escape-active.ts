// JSON text that is safe to print: nothing raw in it drives a terminal, and its value is the same.

// JSON lets these stand raw in a string, and C1 codes such as U+009B start a terminal's escape sequences.
const rawButActive = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** @param json a JSON document as text */
export function escapeActive(json: string): string {
  return json.replace(
    rawButActive,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
