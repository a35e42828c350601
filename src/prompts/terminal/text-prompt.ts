// A line of text that is judged while it is typed: what is still wrong with it, or how it is understood.
import {
  createPrompt,
  isEnterKey,
  makeTheme,
  useEffect,
  useKeypress,
  usePrefix,
  useState,
} from '@inquirer/core';
import { wrapSentence } from '../../output/text-width.ts';
import type { TextQuestion } from '../prompter.ts';

export interface TextOnTerminal extends TextQuestion {
  /** Cells in a line; what is told below the answer is broken between words. */
  readonly columns: number | undefined;
}

/** What stands back behind the questions. */
export const dim = (text: string): string => makeTheme().style.help(text);

/** Ends with the text as it was typed, once nothing is wrong with it. */
export const textPrompt = createPrompt<string, TextOnTerminal>((question, done) => {
  const { message, initial = '', check, columns } = question;
  const theme = makeTheme();
  const [isDone, setDone] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const [value, setValue] = useState(initial);
  const prefix = usePrefix({ status: isDone ? 'done' : 'idle', theme });
  useEffect((line) => {
    if (initial !== '') line.write(initial);
  }, []);
  useKeypress((key, line) => {
    if (!isEnterKey(key)) {
      setValue(line.line);
      setRefused(false);
      return;
    }
    if (check?.(value) === undefined) {
      setDone(true);
      done(value);
      return;
    }
    // Enter has emptied the line, and what was typed is to be mended and not typed again.
    line.write(value);
    setRefused(true);
  });
  const status = isDone ? 'done' : 'idle';
  const shown = isDone ? theme.style.answer(value) : value;
  const line = `${prefix} ${styledMessage(wrapSentence(message, columns && columns - 2), status)} ${shown}`;
  return [line, isDone ? '' : below({ question, value, isRefused }, theme.style)];
});

/** What stands in brackets at the end tells how to answer, and goes once that is done. */
export function styledMessage(message: string, status: 'idle' | 'done' | 'loading'): string {
  const asked = status === 'done' ? message.replace(/\s\([^()]*\)$/, '') : message;
  return makeTheme().style.message(asked, status);
}

interface Typed {
  readonly question: TextOnTerminal;
  readonly value: string;
  /** Enter was pressed, and the answer was not good enough. */
  readonly isRefused: boolean;
}

function below(
  { question: { check, explain, columns }, value, isRefused }: Typed,
  style: { readonly error: (text: string) => string; readonly help: (text: string) => string },
): string {
  const problem = check?.(value);
  if (problem !== undefined && isRefused)
    return style.error(wrapSentence(problem, columns && columns - 2, 2));
  if (value.trim() === '') return '';
  return style.help(wrapSentence(problem ?? explain?.(value) ?? '', columns));
}
