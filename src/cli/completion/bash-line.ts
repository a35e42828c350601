// Splits and quotes a command line as bash does, because bash cuts words at every `:` and `=` before it passes them on.

export interface BashLine {
  /** The words after the name of the command, without their quotes; the last word is being typed. */
  readonly tokens: readonly string[];
  /** The quote still open at the end of the line. */
  readonly quote: '' | '"' | "'";
  /** The length of the last word's beginning that bash treats as complete: a candidate must not repeat it. */
  readonly finished: number;
}

/** A quoted text, closed or not; a character after a backslash; blanks; any other character. */
const pieces = /'[^']*'?|"(?:\\.|[^"\\])*\\?"?|\\.?|\s+|./gsu;

/**
 * @param line up to the cursor
 * @param breaks bash's COMP_WORDBREAKS: outside quotes, each of these characters begins the part that bash replaces
 */
export function readBashLine(line: string, breaks: string): BashLine {
  const tokens = [''];
  let quote: BashLine['quote'] = '';
  let finished = 0;
  for (const [piece] of line.matchAll(pieces)) {
    const word = tokens.at(-1) ?? '';
    const mark = piece.charAt(0);
    quote = '';
    if (/\s/.test(mark)) {
      tokens.push('');
      finished = 0;
      continue;
    }
    tokens[tokens.length - 1] = word + unquoted(piece);
    if (mark === "'" || mark === '"') {
      finished = word.length;
      if (isOpen(piece)) quote = mark;
    } else if (mark !== '\\' && breaks.includes(piece)) finished = word.length + piece.length;
  }
  return { tokens: tokens.slice(1), quote, finished };
}

const isOpen = (piece: string): boolean =>
  piece.length === 1 || !piece.endsWith(piece.charAt(0)) || /^"(?:\\.|[^"\\])*\\"$/s.test(piece);

function unquoted(piece: string): string {
  const mark = piece.charAt(0);
  if (mark === '\\') return piece.slice(1);
  if (mark !== "'" && mark !== '"') return piece;
  const text = piece.slice(1, isOpen(piece) ? undefined : -1);
  return mark === "'" ? text : text.replace(/\\(["\\$`])/g, '$1');
}

/** The text of a value for the line, without the part that is on the line already. */
export function bashText(value: string, { quote, finished }: Pick<BashLine, 'quote' | 'finished'>): string {
  const rest = value.slice(finished);
  if (quote === "'") return rest.replaceAll("'", "'\\''");
  if (quote === '"') return rest.replace(/["\\$`]/g, '\\$&');
  return rest.replace(/[^\p{L}\p{N}_@%+=:,./-]/gu, '\\$&');
}
