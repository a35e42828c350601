// An answer as each shell reads it: a line of directions, then a line for each candidate.
import { cleanLine } from '../../output/clean-text.ts';
import { shorten, textWidth } from '../../output/text-width.ts';
import type { Answer, Candidate } from './answer.ts';
import { type BashLine, bashText } from './bash-line.ts';

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** Candidates that a terminal could take for something else than text are not offered. */
const printable = ({ candidates }: Answer): readonly Candidate[] =>
  candidates.filter(({ value }) => value !== '' && cleanLine(value) === value);

/** `files` where names of files are wanted, `nospace` where the word goes on. */
function directions(answer: Answer): string {
  const candidates = printable(answer);
  const goesOn = candidates.length > 0 && candidates.every((candidate) => candidate.goesOn === true);
  return [...(answer.files ? ['files'] : []), ...(goesOn ? ['nospace'] : [])].join(' ');
}

const linesOf = (answer: Answer, line: (candidate: Candidate) => string): string =>
  `${[directions(answer), ...printable(answer).map(line)].join('\n')}\n`;

/** One column less than the terminal has, or the shell would take every candidate for two lines. */
const lineWidth = (columns: number): number => Math.max(20, columns - 1);

export interface BashListing {
  /** The candidates are listed for the reader, and none of them is inserted. */
  readonly isList: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Bash has no place for descriptions, so they stand behind the candidates where these are only listed. */
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

/** The value, and what is shown in its place: one line of the terminal, so that a long list scrolls nothing away. */
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

/** The value, and behind a tab its description; PowerShell reads the same. */
export function forFish(answer: Answer): string {
  return linesOf(answer, ({ value, description }) =>
    description === undefined ? value : `${value}\t${cleanLine(description)}`,
  );
}
