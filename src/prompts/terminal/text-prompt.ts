// Asks for a text and shows, while the person types, its problem or how it is understood.

import { styleText } from 'node:util';
import {
  createPrompt,
  isEnterKey,
  makeTheme,
  useEffect,
  useKeypress,
  usePrefix,
  useRef,
  useState,
} from '@inquirer/core';
import { wrapSentence } from '../../output/text-width.ts';
import type { TextQuestion } from '../prompter.ts';
import { afterPaste } from './typed-input.ts';

export interface TextOnTerminal extends TextQuestion {
  /** Cells in a line; the text below the answer is wrapped to it. */
  readonly columns: number | undefined;
}

/** The style of hints. */
export const dim = (text: string): string => makeTheme().style.help(text);

/** The style of an error, without the mark that inquirer puts before errors. */
export const failed = (text: string): string => styleText('red', text);

/** Returns the text as typed, once it has no problem. */
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
  const entering = useRef<(() => void) | undefined>(undefined);
  useKeypress((key, line) => {
    const isMore = entering.current !== undefined;
    entering.current?.();
    entering.current = undefined;
    if (isEnterKey(key)) {
      // A paste may take several reads: an Enter with more text right behind it belongs to the paste.
      entering.current = afterPaste(() => enter(line));
      return;
    }
    if (isMore) {
      // Enter emptied the line, so the line holds only the text after Enter.
      const more = line.line;
      line.clearLine(0);
      line.write(`${value} ${more}`.trimStart());
    }
    setValue(line.line);
    setRefused(false);
  });
  const enter = (line: Parameters<Parameters<typeof useKeypress>[0]>[1]): void => {
    entering.current = undefined;
    if (check?.(value) === undefined) {
      setDone(true);
      done(value);
      return;
    }
    // Putting the text back lets the person correct it.
    line.write(value);
    setRefused(true);
  };
  const status = isDone ? 'done' : 'idle';
  const shown = isDone ? theme.style.answer(value) : value;
  const line = `${prefix} ${styledMessage(wrapSentence(message, columns && columns - 2), status)} ${shown}`;
  return [line, isDone ? '' : below({ question, value, isRefused }, theme.style)];
});

/** The part in brackets at the end says how to answer; it is removed after the answer. */
export function styledMessage(message: string, status: 'idle' | 'done' | 'loading'): string {
  const asked = status === 'done' ? message.replace(/\s\([^()]*\)$/, '') : message;
  const shown = makeTheme().style.message(asked, status);
  return status === 'loading' ? `${shown} ${dim('Searching…')}` : shown;
}

interface Typed {
  readonly question: TextOnTerminal;
  readonly value: string;
  /** Enter was pressed on an answer that has a problem. */
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
