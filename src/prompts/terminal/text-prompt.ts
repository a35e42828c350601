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
import { wrapSentence } from '../../output/shown-text.ts';
import type { TextQuestion } from '../prompter.ts';
import { afterPaste } from './typed-input.ts';

export interface TextOnTerminal extends TextQuestion {
  /** Cells in a line; the text below the answer is wrapped to it. */
  readonly columns: number | undefined;
  /** The answer is yes or no; Enter alone means no. */
  readonly isYesNo?: true;
}

export const isYes = (answer: string): boolean => /^y(es?)?$/i.test(answer.trim());
export const yesNoProblem = (answer: string): string | undefined =>
  isYes(answer) || /^(no?)?$/i.test(answer.trim()) ? undefined : 'Answer y or n';

/** The style of hints. */
export const dim = (text: string): string => makeTheme().style.help(text);

/** The style of an error, without the mark that inquirer puts before errors. */
export const failed = (text: string): string => styleText('red', text);

/** Returns the text as typed, once it has no problem. */
export const textPrompt = createPrompt<string, TextOnTerminal>((question, done) => {
  const { message, initial = '', check, columns, isYesNo } = question;
  const theme = makeTheme();
  const [isDone, setDone] = useState(false);
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
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
    setRefusal(undefined);
  });
  const enter = (line: Parameters<Parameters<typeof useKeypress>[0]>[1]): void => {
    entering.current = undefined;
    const problem = check?.(value);
    if (problem === undefined) {
      setDone(true);
      done(value);
      return;
    }
    // Putting a text back lets the person correct it. What is neither yes nor no is typed anew.
    if (isYesNo) setValue('');
    else line.write(value);
    setRefusal(problem);
  };
  const status = isDone ? 'done' : 'idle';
  const answer = isYesNo ? (isYes(value) ? 'Yes' : 'No') : value;
  const shown = isDone ? theme.style.answer(answer) : value;
  const line = `${prefix} ${styledMessage(wrapSentence(message, columns && columns - 2, 2), status)} ${shown}`;
  return [line, isDone ? '' : below({ question, value, refusal }, theme.style)];
});

/** The part in brackets at the end says how to answer; it is removed after the answer. */
export function styledMessage(message: string, status: 'idle' | 'done' | 'loading'): string {
  const asked = status === 'done' ? message.replace(/\s+\([^()]*\)$/, '') : message;
  const shown = makeTheme().style.message(asked, status);
  return status === 'loading' ? `${shown} ${dim('Searching…')}` : shown;
}

interface Typed {
  readonly question: TextOnTerminal;
  readonly value: string;
  /** The problem of the answer on which Enter was pressed. */
  readonly refusal: string | undefined;
}

function below(
  { question: { check, explain, columns }, value, refusal }: Typed,
  style: { readonly error: (text: string) => string; readonly help: (text: string) => string },
): string {
  if (refusal !== undefined) return style.error(wrapSentence(refusal, columns && columns - 2, 2));
  if (value.trim() === '') return '';
  return style.help(wrapSentence(check?.(value) ?? explain?.(value) ?? '', columns));
}
