// Writes an answer for each shell: a line of directions, then a line for each candidate.
import { cleanLine, shorten, textWidth } from '../../output/shown-text.ts';
import type { Answer, Candidate } from './answer.ts';
import { type BashLine, bashText } from './bash-line.ts';

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** The candidates that hold plain text only: a terminal would interpret control characters. */
const printable = ({ candidates }: Answer): readonly Candidate[] =>
  candidates.filter(({ value }) => value !== '' && cleanLine(value) === value);

/** `files` if file names are wanted, `nospace` if the word continues. */
function directions(answer: Answer): string {
  const candidates = printable(answer);
  const goesOn = candidates.length > 0 && candidates.every((candidate) => candidate.goesOn === true);
  return [...(answer.files ? ['files'] : []), ...(goesOn ? ['nospace'] : [])].join(' ');
}

const linesOf = (answer: Answer, line: (candidate: Candidate) => string): string =>
  `${[directions(answer), ...printable(answer).map(line)].join('\n')}\n`;

/** One column less than the terminal has, or the shell would reserve two lines for every candidate. */
const lineWidth = (columns: number): number => Math.max(20, columns - 1);

export interface BashListing {
  /** Bash lists the candidates and inserts none. */
  readonly isList: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Bash shows no descriptions, so they follow the candidates in a list. */
export function forBash(answer: Answer, line: BashLine, { isList, width }: BashListing): string {
  const candidates = printable(answer);
  const widest = Math.max(0, ...candidates.map(({ value }) => textWidth(value.slice(line.finished))));
  const isAlone = candidates.length < 2;
  return linesOf(answer, ({ value, description }) => {
    if (!isList || isAlone) return bashText(value, line);
    const shown = value.slice(line.finished);
    if (description === undefined) return shown;
    const blanks = ' '.repeat(widest - textWidth(shown));
    return shorten(`${shown}${blanks}  (${cleanLine(description)})`, lineWidth(width));
  });
}

/** The value and its label, within one line of the terminal, so that a long list does not scroll the screen away. */
export function forZsh(answer: Answer, columns = 80): string {
  const shownOf = ({ value }: Candidate): string =>
    value.slice(Math.max(answer.lead.length, value.lastIndexOf(',') + 1));
  const widest = Math.max(0, ...printable(answer).map((candidate) => textWidth(shownOf(candidate))));
  return linesOf(answer, (candidate) => {
    const shown = shownOf(candidate);
    const { value, description } = candidate;
    if (description === undefined) return `${value}\t${shown}`;
    const line = `${shown}${' '.repeat(widest - textWidth(shown))}  -- ${cleanLine(description)}`;
    return `${value}\t${shorten(line, lineWidth(columns))}`;
  });
}

/** The value, a tab and the description; PowerShell reads the same format. */
export function forFish(answer: Answer): string {
  return linesOf(answer, ({ value, description }) =>
    description === undefined ? value : `${value}\t${cleanLine(description)}`,
  );
}
