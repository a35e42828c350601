// Asks questions on a terminal, on stderr so that stdout stays data. Only here and in text-prompt is inquirer used.
import { emitKeypressEvents, type Interface } from 'node:readline';
import { password, search, select } from '@inquirer/prompts';
import { cleanLine, shorten, wrapSentence } from '../../output/shown-text.ts';
import { type Choice, type Prompter, type SearchQuestion, StepBack } from '../prompter.ts';
import { answeredRows, leaveToShell } from './answered-rows.ts';
import { dim, failed, isYes, styledMessage, textPrompt, yesNoProblem } from './text-prompt.ts';
import { discardTyped, endOfInput, interrupted, onEndOfInput, type TypedInput } from './typed-input.ts';

export interface PrompterStreams {
  readonly input: TypedInput;
  readonly output: NodeJS.WritableStream & {
    readonly bytesWritten?: number;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly signal?: AbortSignal;
  /** The terminal can only print lines: it has no cursor control. */
  readonly isPlain?: boolean;
  /** Calls `resume` when the process goes on after Ctrl-Z. Returns a function that stops watching. */
  readonly onContinued?: (resume: () => void) => () => void;
}

/** The streams of one question; the signal ends it on Ctrl-C and on Escape. */
interface AskContext extends PrompterStreams {
  readonly signal: AbortSignal;
  /** Removes the question from the screen; inquirer reads this when the prompt ends. */
  clearPromptOnDone: boolean;
}

type Ask<Value> = (context: AskContext) => Promise<Value>;

/** Asks a question and keeps the line of its answer on the screen, which `shown` makes. */
type AskAndShow = <Value>(ask: Ask<Value>, shown: (value: Value) => string) => Promise<Value>;

/**
 * Asks on a terminal. Ctrl-C throws an `interrupted` error, and the end of input (Ctrl-D) a `refused` one; both say that
 * nothing was written. Escape throws a `StepBack` and removes the question from the screen. Ctrl-Z stops the process, as
 * in any program; the question is asked again when the process continues.
 */
export function terminalPrompter(streams: PrompterStreams): Prompter {
  const { input, output, signal } = streams;
  emitKeypressEvents(input, escapeSoon);
  const rows = answeredRows(output);
  const asked: AskAndShow = async (ask, shown) => {
    rows.begin();
    try {
      const value = await answered(ask, streams);
      rows.answered(`✔ ${shown(value)}`);
      return value;
    } catch (error) {
      if (error === askedAgain) return asked(ask, shown);
      if (error instanceof StepBack) rows.left();
      throw error;
    }
  };
  return {
    text: async (question) => {
      const message = cleanLine(question.message);
      if (question.isConsent === true) await discardTyped(input, signal);
      return asked(
        (context) => textPrompt({ ...question, message, columns: output.columns }, context),
        (answer) => `${message} ${answer}`,
      );
    },
    secret: async ({ message, check }) => {
      // A key that can be revealed would show to people nearby and in recordings of the terminal.
      const theme = { style: { maskedText: '(not shown)' } };
      const hidden = { message, mask: false, toggleMask: false, theme } as const;
      for (;;) {
        const answer = await asked(
          (context) => password(hidden, context),
          () => message,
        );
        const problem = check?.(answer);
        if (problem === undefined) return answer;
        // The question starts again with an empty line, because a person cannot correct hidden text.
        output.write(`${failed(wrapSentence(`> ${problem}`, output.columns, 2))}\n`);
      }
    },
    confirm: async (question) => {
      const message = cleanLine(question.message);
      await discardTyped(input, signal);
      const asking = { message: `${message} (y/N)`, check: yesNoProblem, isYesNo: true } as const;
      const answer = await asked(
        (context) => textPrompt({ ...asking, columns: output.columns }, context),
        (typed) => `${message} ${isYes(typed) ? 'Yes' : 'No'}`,
      );
      return isYes(answer);
    },
    choose: ({ initial, typed, ...question }) => {
      if (typed !== undefined) {
        const { what, none, find } = typed;
        const both = async (text: string) => (text === '' ? question.choices : find(text));
        return askSearch(
          { message: question.message, none, find: both },
          { output, asked, tip: `or type ${what}`, initial },
        );
      }
      const message = cleanLine(question.message);
      const choices = question.choices.map((choice) =>
        asInquirerChoice(choice, { message, columns: output.columns }),
      );
      const preset = initial === undefined ? {} : { default: initial };
      return asked(
        (context) =>
          select({ message, choices, pageSize: pageSizeOn(output), loop: false, ...preset }, context),
        (value) => `${message} ${nameIn(choices, value)}`,
      );
    },
    search: (question) => askSearch(question, { output, asked, tip: 'type to search' }),
    hint: (text) => void output.write(`${dim(wrapSentence(text, output.columns))}\n`),
  };
}

interface Searching<Value> {
  readonly output: PrompterStreams['output'];
  readonly asked: AskAndShow;
  /** Says what typing does; shown beside the keys. */
  readonly tip: string;
  readonly initial?: Value | undefined;
}

function askSearch<Value>(
  question: SearchQuestion<Value>,
  { output, asked, tip, initial }: Searching<Value>,
): Promise<Value> {
  const message = cleanLine(question.message);
  let choices: readonly Offered<Value>[] = [];
  let typed = '';
  /** Whether the list shows the choices for the typed text. */
  let isListed = true;
  const source = async (term = '', searching: { readonly signal: AbortSignal }) => {
    typed = term;
    isListed = false;
    // Tab replaces the typed text by the name of a choice.
    const named = choices.filter(({ name }) => name === term);
    const found = named.length > 0 ? [] : await choicesFor(term.trim(), question, searching);
    const { columns } = output;
    const offered = [...named, ...found.map((each) => asInquirerChoice(each, { message, columns }))];
    if (!searching.signal.aborted) [choices, isListed] = [offered, true];
    return offered;
  };
  const wayOn = question.none === undefined ? '' : `. ${question.none}`;
  const error = (text: string): string => failed(wrapSentence(`> ${text}${wayOn}`, output.columns, 2));
  const keysHelpTip = (keys: readonly (readonly [string, string])[]): string =>
    dim([...keys.map((key) => key.join(' ')), tip].join(' • '));
  const theme = { style: { message: styledMessage, error, keysHelpTip } };
  const preset = initial === undefined ? {} : { default: initial };
  return asked(
    async (context) => {
      const validate = (): boolean => {
        // Enter that arrives together with the last letter would choose from the list of before.
        context.clearPromptOnDone = !isListed;
        return true;
      };
      const asking = { message, pageSize: pageSizeOn(output), source, validate, theme, ...preset };
      const value = await search(typed === '' ? asking : { ...asking, initialValue: typed }, context);
      if (context.clearPromptOnDone) throw askedAgain;
      return value;
    },
    (value) => `${message} ${nameIn(choices, value)}`,
  );
}

/** The number of choices shown; leaves room for the question, the hint and earlier answers. */
const pageSizeOn = ({ rows = 24 }: PrompterStreams['output']): number => Math.max(3, Math.min(12, rows - 8));

/** Milliseconds after which an escape character is the Escape key and not a sequence; Node's default is 500. */
const escapeSoon = { escapeCodeTimeout: 100 } as unknown as Interface;

interface Named<Value> {
  /** The name on one line. */
  readonly line: string;
  readonly value: Value;
}

/** A choice as inquirer takes it: the name may have several lines. */
interface Offered<Value> extends Named<Value> {
  readonly name: string;
  readonly short: string;
  readonly description?: string;
}

/** Cells before each choice, for the cursor mark. */
const markWidth = 2;

/**
 * Names come from the API, so control characters are removed. Long ones are wrapped, in the list and as the answer; of
 * very long ones the end is left out, so that a list shows more than one.
 */
function asInquirerChoice<Value>(
  { name, value, hint }: Choice<Value>,
  { message, columns }: { readonly message: string; readonly columns: number | undefined },
): Offered<Value> {
  const room = columns === undefined ? undefined : columns - markWidth;
  const line = shorten(cleanLine(name), 2 * (room ?? Number.POSITIVE_INFINITY));
  const short = wrapSentence(`${message} ${line}`, room, 2 * markWidth).slice(message.length + 1);
  const description = hint === undefined ? {} : { description: wrapSentence(cleanLine(hint), columns) };
  return { name: wrapSentence(line, room, 2 * markWidth), line, short, value, ...description };
}

const nameIn = (choices: readonly Named<unknown>[], value: unknown): string =>
  choices.find((choice) => choice.value === value)?.line ?? '';

/** Milliseconds without a key before a term is looked up in the API. */
const pause = 250;

async function choicesFor<Value>(
  term: string,
  { find, lookUp }: SearchQuestion<Value>,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly Choice<Value>[]> {
  const near = await find(term);
  if (near.length > 0 || term === '' || lookUp === undefined) return near;
  await new Promise((resolve) => setTimeout(resolve, pause));
  // Aborted if the person typed on: this term is out of date.
  return signal.aborted ? [] : lookUp(term, signal);
}

/** Ends a question that is asked again: Ctrl-Z stopped the program, or Enter came too early. */
const askedAgain = new Error('asked again');

async function answered<Value>(ask: Ask<Value>, streams: PrompterStreams): Promise<Value> {
  const { input, signal } = streams;
  const left = new AbortController();
  const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const context: AskContext = { ...streams, signal: either, clearPromptOnDone: false };
  const onKey = (_text: unknown, key?: { readonly name?: string; readonly ctrl?: boolean }): void => {
    if (key?.ctrl === true && key.name === 'd') left.abort(endOfInput());
    // Node stops the process while it handles Ctrl-Z. Afterwards this question reads no more keys, and shows nothing.
    if (key?.ctrl === true && key.name === 'z') leaveToShell(streams.output, () => left.abort(askedAgain));
    if (key?.name !== 'escape') return;
    context.clearPromptOnDone = true;
    left.abort(new StepBack());
  };
  input.on('keypress', onKey);
  const stopWatching = onEndOfInput(input, () => left.abort(endOfInput()));
  try {
    return await ask(context);
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name !== 'ExitPromptError' && name !== 'AbortPromptError') throw error;
    if (signal?.aborted === true) throw signal.reason;
    throw left.signal.aborted ? left.signal.reason : interrupted();
  } finally {
    stopWatching();
    input.removeListener('keypress', onKey);
  }
}
