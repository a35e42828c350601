// A sentence over several lines of a terminal, broken between words; a word stays whole, so that it can be copied.
import { textWidth } from '../text-width.ts';

/** Below this many cells a terminal breaks lines better by itself. */
const widthMin = 30;

/**
 * The line as lines of at most `width` cells, but for words that are longer; each further one begins with `indent` blanks.
 * @param width `undefined` where there is no terminal, and nothing is broken
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
