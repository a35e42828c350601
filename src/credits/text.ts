// What of a text a person cannot see, and what of it no request can carry. Pure.

/** Blanks of any width, and what has none: zero-width characters, byte order marks, control characters. */
const unseenEdge = /^[\s\p{C}]|[\s\p{C}]$/u;
const unseen = /[\p{C}\p{Z}]/gu;
const accents = /\p{M}/gu;
const halfCharacter = /\p{Cs}/u;

/** Whether a text begins or ends with something that nobody sees, mostly left there by a copy or a spreadsheet. */
export const hasUnseenEdge = (text: string): boolean => unseenEdge.test(text);

/** What is wrong with a field of that text that names something; `undefined` if its edges can be seen. */
export const edgeProblem = (text: string): string | undefined =>
  hasUnseenEdge(text)
    ? `begins or ends with a blank or an invisible character: "${visible(text)}"`
    : undefined;

/** What keeps a text from being sent as it is: NUL, and half of a character that takes two; `undefined` for nothing. */
export function unsendable(text: string): string | undefined {
  if (!text.includes('\0') && !halfCharacter.test(text)) return undefined;
  return `holds a character that cannot be sent: "${visible(text)}"`;
}

/** The text with an escape such as `\u200b` for what cannot be seen, and for accents that are characters of their own. */
export function visible(text: string): string {
  const first = [...text.slice(0, 160)].slice(0, 80).join('');
  const shown = first === text ? text : `${first}…`;
  const seen = shown.replace(unseen, (each) => (each === ' ' ? each : escaped(each)));
  return seen === seen.normalize('NFC') ? seen : seen.replace(accents, escaped);
}

const escaped = (text: string): string =>
  Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
