// Text from the API without what would drive a terminal: control characters, escape sequences, bidi overrides.

const printableAscii = /^[\x20-\x7e]*$/;

// A sequence goes as a whole, so that no "[31m" is left behind; one without an end loses only its beginning.
const escapeSequences = new RegExp(
  [
    '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]',
    '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)',
    '\\x1b[ -/]*[0-~]',
  ].join('|'),
  'g',
);

const controlsButNewlineAndTab = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
// Marks that reorder what is read, and the byte order mark, which is only seen by programs.
const bidiControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The text with nothing but printable characters, newlines (`\n`) and tabs. */
export function cleanText(text: string): string {
  if (printableAscii.test(text)) return text;
  return text
    .replace(/\r\n/g, '\n')
    .replace(/[\u2028\u2029]/g, '\n')
    .replace(escapeSequences, '')
    .replace(controlsButNewlineAndTab, '')
    .replace(bidiControls, '');
}

/** The same on one line: each run of newlines and tabs becomes a blank. */
export function cleanLine(text: string): string {
  return printableAscii.test(text) ? text : cleanText(text).replace(/[\n\t]+/g, ' ');
}
