// A text question that shows, while the person types, what is wrong or how the answer is understood.
import {
  createPrompt,
  isEnterKey,
  makeTheme,
  useEffect,
  useKeypress,
  usePrefix,
  useState,
} from '@inquirer/core';
import { wrapSentence } from '../../output/terminal/wrap-sentence.ts';
import type { TextQuestion } from '../prompter.ts';

export interface TextOnTerminal extends TextQuestion {
  /** Terminal width in cells, for wrapping the text below the answer. */
  readonly columns: number | undefined;
}

/** Text that is less important than the questions. */
export const dim = (text: string): string => makeTheme().style.help(text);

/** Returns the text as typed, once it is valid. */
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
    // Enter cleared the line; restore it so that the person can correct it.
    line.write(value);
    setRefused(true);
  });
  const status = isDone ? 'done' : 'idle';
  const shown = isDone ? theme.style.answer(value) : value;
  const line = `${prefix} ${styledMessage(wrapSentence(message, columns && columns - 2), status)} ${shown}`;
  return [line, isDone ? '' : below({ question, value, isRefused }, theme.style)];
});

/** The hint in brackets at the end is hidden once the question is answered. */
export function styledMessage(message: string, status: 'idle' | 'done' | 'loading'): string {
  const asked = status === 'done' ? message.replace(/\s\([^()]*\)$/, '') : message;
  return makeTheme().style.message(asked, status);
}

interface Typed {
  readonly question: TextOnTerminal;
  readonly value: string;
  /** Enter was pressed on an invalid answer. */
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
