// Makes text from outside safe to show, and cuts, wraps and pads it to a width in terminal cells.
import { eastAsianWidth } from 'get-east-asian-width';

const printableAscii = /^[\x20-\x7e]*$/;
// Marks, format characters, and the vowels and finals of a Hangul syllable take no cells of their own.
const cellless = /^[\p{Cc}\p{Cf}\p{M}\u115f-\u11ff\u3164]$/u;
const emoji = /^(?:\p{Emoji_Presentation}|\p{RI}|.\ufe0f|.\p{Emoji_Modifier})/u;

/** The cells that a text without control characters takes. */
export function textWidth(text: string): number {
  if (printableAscii.test(text)) return text.length;
  return graphemes(text).reduce((cells, grapheme) => cells + graphemeWidth(grapheme), 0);
}

/** Splits a text into the characters that a reader sees, of any number of code points; none takes more than 2 cells. */
export function graphemes(text: string): string[] {
  if (printableAscii.test(text)) return [...text];
  // Not a constant: a segmenter loads tables for some 20 ms, which a text of plain ASCII does not need.
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmentsOf(text, segmenter).flatMap((segment) =>
    // Indic conjuncts are one grapheme of several letters, which terminals set one after the other.
    graphemeWidth(segment) > 2 ? (segment.match(/.[\p{M}\p{Cf}]*/gsu) ?? segment) : segment,
  );
}

/** The UTF-16 units of a piece. For each segment Node 20 reads the whole text again, so texts are segmented in pieces. */
const pieceLength = 512;

function segmentsOf(text: string, segmenter: Intl.Segmenter): string[] {
  const found: string[] = [];
  let length = pieceLength;
  for (let at = 0; at < text.length; ) {
    const end = at + length;
    // A piece that ended between the surrogates of a character would make each half a segment.
    const piece = text.slice(at, isHighSurrogate(text, end - 1) ? end - 1 : end);
    let taken = 0;
    for (const { segment } of segmenter.segment(piece)) {
      // The last segment may continue beyond the piece, so the next piece begins with it.
      if (taken >= pieceLength || (end < text.length && taken + segment.length === piece.length)) break;
      found.push(segment);
      taken += segment.length;
    }
    at += taken;
    // A letter with a thousand accents is longer than a piece.
    length = taken === 0 ? length * 2 : pieceLength;
  }
  return found;
}

const isHighSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;

export function graphemeWidth(grapheme: string): number {
  if (printableAscii.test(grapheme)) return 1;
  if (emoji.test(grapheme)) return 2;
  return [...grapheme].reduce((cells, character) => cells + characterWidth(character), 0);
}

function characterWidth(character: string): 0 | 1 | 2 {
  if (cellless.test(character)) return 0;
  return eastAsianWidth(character.codePointAt(0) ?? 0);
}

/** The text, or as many of its first words as leave room for an ellipsis. Only a first word that is too long is cut. */
export function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const [line = ''] = wrap(text, Math.max(1, width - 1));
  return `${line.trimEnd()}…`;
}

/** Breaks a text into lines of at most `width` cells (2 or more), at blanks where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = hardWrap(word, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

function hardWrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let cells = 0;
  for (const grapheme of graphemes(text)) {
    const wide = graphemeWidth(grapheme);
    if (cells + wide > width) {
      lines.push(line);
      line = '';
      cells = 0;
    }
    line += grapheme;
    cells += wide;
  }
  return [...lines, line];
}

/** Pads a text with blanks to `width` cells, before the text if it is aligned to the right. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'right' ? blanks + text : text + blanks;
}

/** Below this width, lines that the terminal breaks are easier to read. */
const widthMin = 30;

/**
 * Breaks a line into lines of at most `width` cells, except for longer words; further lines begin with `indent` blanks.
 * @param width `undefined` without a terminal: nothing is broken
 */
export function wrapSentence(line: string, width: number | undefined, indent = 0): string {
  if (width === undefined || width < widthMin || textWidth(line) <= width) return line;
  const [, lead = '', text = line] = /^(\s*)(.*)$/s.exec(line) ?? [];
  const lines: string[] = [];
  let current = lead;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    const longer = isEmpty ? current + word : `${current} ${word}`;
    if (isEmpty || textWidth(longer) <= width) current = longer;
    else {
      lines.push(current);
      current = ' '.repeat(indent) + word;
    }
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}

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
  character.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

// JSON may contain these characters unescaped, and C1 codes such as U+009B start an escape sequence of a terminal.
const activeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** JSON text with an escape for each character that could drive a terminal; its value is the same. */
export function escapeActive(json: string): string {
  return json.replace(activeInJson, escaped);
}
