// Makes text from outside safe to show: removes escape sequences and control characters, and makes unseen ones visible.

const printableAscii = /^[\x20-\x7e]*$/;

// A sequence is removed as a whole, so that no "[31m" is left; one without an end loses only its beginning. The search
// for an end stops at the next beginning, or it would take hours in a megabyte of beginnings.
const escapeSequences = new RegExp(
  [
    '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]',
    '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x90\\x98\\x9c-\\x9f]*(?:\\x07|\\x1b\\\\|\\x9c)',
    '\\x1b[ -/]*[0-~]',
  ].join('|'),
  'g',
);

const controlsButNewlineAndTab = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
// Names that differ only by these characters look equal, so each is shown as its escape: marks that reorder text,
// characters without a width, fillers, tags, and variant selectors. Joiners stay where scripts and emoji need them.
const unseen = new RegExp(
  [
    '[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f\\u202a-\\u202e]',
    '[\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}]',
    '(?<!\\p{Emoji})[\\ufe00-\\ufe0f]',
    '(?<![\\p{Lo}\\p{M}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])[\\u200c\\u200d]',
  ].join('|'),
  'gu',
);

/** The text with nothing but printable characters, newlines (`\n`) and tabs; an invisible character as `\u200b`. */
export function cleanText(text: string): string {
  if (printableAscii.test(text)) return text;
  return text
    .replace(/\r\n/g, '\n')
    .replace(/[\u2028\u2029]/g, '\n')
    .replace(escapeSequences, '')
    .replace(controlsButNewlineAndTab, '')
    .replace(unseen, escaped);
}

/** The text as from `cleanText`, on one line: each run of newlines and tabs becomes a space. */
export function cleanLine(text: string): string {
  return printableAscii.test(text) ? text : cleanText(text).replace(/[\n\t]+/g, ' ');
}

/** A character as JSON writes it: one escape for each UTF-16 unit. */
const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

// JSON may contain these characters unescaped, and C1 codes such as U+009B start an escape sequence of a terminal.
const activeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** JSON text with an escape for each character that could drive a terminal; its value is the same. */
export function escapeActive(json: string): string {
  return json.replace(activeInJson, escaped);
}
