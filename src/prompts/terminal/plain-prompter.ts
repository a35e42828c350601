// Asks questions as numbered lines, for terminals that only print lines (TERM=dumb) and for screen readers.
import { createInterface } from 'node:readline';
import { cleanLine, wrapSentence } from '../../output/shown-text.ts';
import {
  type Choice,
  type Prompter,
  type SearchQuestion,
  StepBack,
  type TextQuestion,
  type TypedChoices,
} from '../prompter.ts';
import type { PrompterStreams } from './prompter.ts';
import { afterPaste, discardTyped, endOfInput, onEndOfInput } from './typed-input.ts';

/** Asks line by line: an answer with the Escape key in it throws a `StepBack`, the end of input a `refused` error. */
export function plainPrompter(
  streams: PrompterStreams,
  secret: () => Promise<Pick<Prompter, 'secret'>>,
): Prompter {
  let questions = 0;
  const numbered = (message: string): string => {
    questions += 1;
    return `Question ${questions}: ${message}`;
  };
  // The width is read for each line, because a person may resize the window.
  const fitted = (line: string): string => wrapSentence(cleanLine(line), streams.output.columns, 4);
  const say = (line: string): void => void streams.output.write(`${fitted(line)}\n`);
  const ask = (message: string): Promise<string> => answerTo(`${fitted(`? ${message}`)} `, streams);
  const screen = { say, ask };
  return {
    text: async (question) => {
      if (question.isConsent === true) await discardTyped(streams.input, streams.signal);
      return askText({ ...question, message: numbered(question.message) }, screen);
    },
    // Typed lines are visible here, so a secret needs the terminal prompter.
    secret: async (question) => (await secret()).secret(question),
    confirm: async ({ message }) => {
      await discardTyped(streams.input, streams.signal);
      return /^y(es)?$/i.test((await ask(`${numbered(message)} (y/N)`)).trim());
    },
    choose: async ({ message, choices, initial, typed }) => {
      say(`? ${numbered(message)}`);
      const preset = choices.findIndex(({ value }) => value === initial);
      return pick(choices, { screen, preset: Math.max(0, preset), typed });
    },
    search: (question) => askSearch({ ...question, message: numbered(question.message) }, screen),
    hint: (text) => say(`${text}. Press Enter after each answer`),
  };
}

interface Screen {
  readonly say: (line: string) => void;
  readonly ask: (message: string) => Promise<string>;
}

async function askText(
  { message, initial, check, explain }: TextQuestion,
  { say, ask }: Screen,
): Promise<string> {
  for (;;) {
    const typed = await ask(initial === undefined ? message : `${message} [${initial}]`);
    const answer = typed === '' && initial !== undefined ? initial : typed;
    const problem = check?.(answer);
    const feedback = problem === undefined ? explain?.(answer) : `> ${problem}`;
    if (feedback !== undefined) say(feedback);
    if (problem === undefined) return answer;
  }
}

/** With more choices than this, the person must type more. */
const listedMax = 20;

async function askSearch<Value>(
  { message, find, lookUp, none }: SearchQuestion<Value>,
  screen: Screen,
): Promise<Value> {
  for (;;) {
    const term = (await screen.ask(`${message} (part of it, or Enter for a list)`)).trim();
    const near = await find(term);
    const isFar = near.length === 0 && term !== '' && lookUp !== undefined;
    if (isFar) screen.say('Searching…');
    const found = isFar ? await lookUp(term) : near;
    const [only] = found;
    if (only !== undefined && found.length === 1) {
      screen.say(only.name);
      return only.value;
    }
    if (only !== undefined && found.length <= listedMax) return pick(found, { screen, preset: 0 });
    screen.say(
      only === undefined
        ? `> Nothing found${none === undefined ? '' : `. ${none}`}`
        : `> ${found.length} found: type more characters`,
    );
  }
}

async function pick<Value>(
  choices: readonly Choice<Value>[],
  {
    screen: { say, ask },
    preset,
    typed: other,
  }: { readonly screen: Screen; readonly preset: number; readonly typed?: TypedChoices<Value> | undefined },
): Promise<Value> {
  for (const [index, { name, hint }] of choices.entries())
    say(`  ${index + 1}  ${name}${hint === undefined ? '' : `  (${hint})`}`);
  for (;;) {
    const typed = (
      await ask(`Number [${preset + 1}]${other === undefined ? '' : `, or ${other.what}`}`)
    ).trim();
    const listed = choices[typed === '' ? preset : Number(typed) - 1];
    if (listed !== undefined) return listed.value;
    const [only, ...more] = other?.find(typed) ?? [];
    if (only !== undefined && more.length === 0) {
      say(only.name);
      return only.value;
    }
    say(`> Enter a number from 1 to ${choices.length}${other === undefined ? '' : `. ${other.none}`}`);
  }
}

function answerTo(
  question: string,
  { input, output, signal, onContinued }: PrompterStreams,
): Promise<string> {
  signal?.throwIfAborted();
  output.write(question);
  const lines = createInterface({ input, terminal: false });
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(signal?.reason);
      lines.close();
    };
    const stopWatching = onEndOfInput(input, () => lines.close());
    // The shell has written its own lines meanwhile, and the terminal dropped what was typed.
    const stopContinuing = onContinued?.(() => void output.write(question));
    signal?.addEventListener('abort', leave, { once: true });
    const typed: string[] = [];
    let cancel: (() => void) | undefined;
    lines.on('line', (line) => {
      typed.push(line);
      cancel?.();
      // A line with another one right behind it belongs to a paste, and one paste is one answer.
      cancel = afterPaste(() => lines.close());
    });
    lines.once('close', () => {
      cancel?.();
      const answer = typed.join(' ').trim();
      if (answer.includes('\u001b')) reject(new StepBack());
      else if (typed.length > 0) resolve(typed.length === 1 ? (typed[0] ?? '') : answer);
      signal?.removeEventListener('abort', leave);
      stopWatching();
      stopContinuing?.();
      // After an answer, the promise is settled, and this call has no effect.
      reject(endOfInput());
    });
  });
}
