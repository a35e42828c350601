// The questions a person can be asked, on stderr so that stdout stays data; the only place that knows inquirer.
import { emitKeypressEvents, type Interface } from 'node:readline';
import { confirm, password, search, select } from '@inquirer/prompts';
import { CreditctlError } from '../errors.ts';
import { cleanLine } from '../output/clean-text.ts';
import { type Choice, type Prompter, type SearchQuestion, StepBack } from '../questions/prompter.ts';
import { dim, textPrompt } from './text-prompt.ts';

export interface PrompterStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal?: AbortSignal;
}

/** A question under way: it ends with the signal, or with the key that leads back. */
type Ask<Value> = (context: PrompterStreams & { readonly signal: AbortSignal }) => Promise<Value>;

/**
 * Asks on a terminal. Ctrl-C and Ctrl-D throw an `interrupted` error: nothing has been written by then. Escape throws a
 * `StepBack`.
 */
export function terminalPrompter(streams: PrompterStreams): Prompter {
  emitKeypressEvents(streams.input, escapeSoon);
  const asked = <Value>(ask: Ask<Value>): Promise<Value> => answered(ask, streams);
  return {
    text: (question) =>
      asked((context) => textPrompt({ ...question, message: cleanLine(question.message) }, context)),
    secret: ({ message, check }) =>
      asked((context) =>
        // Whoever looks over the shoulder, and every recording of the terminal, would see a key that can be revealed.
        password(
          { message, mask: false, toggleMask: false, validate: (value) => check?.(value) ?? true },
          context,
        ),
      ),
    confirm: ({ message }) => asked((context) => confirm({ message, default: false }, context)),
    choose: ({ message, choices, initial }) =>
      asked((context) =>
        select(
          {
            message: cleanLine(message),
            choices: choices.map(asInquirerChoice),
            pageSize,
            loop: false,
            ...(initial === undefined ? {} : { default: initial }),
          },
          context,
        ),
      ),
    search: (question) => asked((context) => search(searchOf(question), context)),
    hint: (text) => void streams.output.write(`${dim(text)}\n`),
  };
}

const pageSize = 12;

/** Milliseconds without a key after which somebody has paused. */
const pause = 250;

function searchOf<Value>({ message, find, lookUp }: SearchQuestion<Value>) {
  const source = async (typed: string | undefined, { signal }: { readonly signal: AbortSignal }) => {
    const term = typed?.trim() ?? '';
    const found = await find(term);
    if (found.length > 0 || term === '' || lookUp === undefined) return found.map(asInquirerChoice);
    await new Promise((resolve) => setTimeout(resolve, pause));
    // Typed on meanwhile: nobody waits for this term any more.
    return signal.aborted ? [] : (await lookUp(term)).map(asInquirerChoice);
  };
  return { message: cleanLine(message), pageSize, source };
}

/** Milliseconds after which an escape character is the key and no sequence; Node would wait half a second. */
const escapeSoon = { escapeCodeTimeout: 100 } as unknown as Interface;

/** Names come from the API, and must not drive the terminal. */
function asInquirerChoice<Value>({ name, value, hint }: Choice<Value>) {
  return { name: cleanLine(name), value, ...(hint === undefined ? {} : { description: cleanLine(hint) }) };
}

async function answered<Value>(ask: Ask<Value>, streams: PrompterStreams): Promise<Value> {
  const { input, signal } = streams;
  const back = new AbortController();
  const onKey = (_text: unknown, key?: { readonly name?: string }): void => {
    if (key?.name === 'escape') back.abort();
  };
  input.on('keypress', onKey);
  try {
    const either = signal === undefined ? back.signal : AbortSignal.any([signal, back.signal]);
    return await ask({ ...streams, signal: either });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name !== 'ExitPromptError' && name !== 'AbortPromptError') throw error;
    if (signal?.aborted === true) throw signal.reason;
    if (back.signal.aborted) throw new StepBack();
    throw new CreditctlError('interrupted', 'Interrupted: nothing was written', {
      applied: 'no',
      retrySafe: true,
    });
  } finally {
    input.removeListener('keypress', onKey);
  }
}
