// Finds characters in a text that a person cannot see, or that cannot be sent. Pure.

/** Spaces of any width, zero-width characters, byte order marks and control characters. */
const unseenEdge = /^[\s\p{C}]|[\s\p{C}]$/u;
const unseen = /[\p{C}\p{Z}]/gu;
const accents = /\p{M}/gu;
const halfCharacter = /\p{Cs}/u;

/** Whether a text begins or ends with an invisible character, often left there by a copy or a spreadsheet. */
export const hasUnseenEdge = (text: string): boolean => unseenEdge.test(text);

/** The problem with a name that begins or ends with an invisible character; `undefined` if it does not. */
export const edgeProblem = (text: string): string | undefined =>
  hasUnseenEdge(text)
    ? `begins or ends with a space or an invisible character: "${visible(text)}"`
    : undefined;

/** The problem with a text that cannot be sent: NUL, or half of a surrogate pair; `undefined` if it can be. */
export function unsendable(text: string): string | undefined {
  if (!text.includes('\0') && !halfCharacter.test(text)) return undefined;
  return `contains a character that cannot be sent: "${visible(text)}"`;
}

/** The text with an escape such as `\u200b` for invisible characters, and for accents that are separate characters. */
export function visible(text: string): string {
  const first = [...text.slice(0, 160)].slice(0, 80).join('');
  const shown = first === text ? text : `${first}…`;
  const seen = shown.replace(unseen, (each) => (each === ' ' ? each : escaped(each)));
  return seen === seen.normalize('NFC') ? seen : seen.replace(accents, escaped);
}

const escaped = (text: string): string =>
  text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
