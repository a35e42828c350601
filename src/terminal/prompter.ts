// The questions a person can be asked, on stderr so that stdout stays data; the only place that knows inquirer.
import { confirm, input, password, search, select } from '@inquirer/prompts';
import { CreditctlError } from '../errors.ts';
import { cleanLine } from '../output/clean-text.ts';
import type { Choice, Prompter } from '../questions/prompter.ts';

export interface PrompterStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal?: AbortSignal;
}

/** Asks on a terminal. Ctrl-C and Ctrl-D throw an `interrupted` error: nothing has been written by then. */
export function terminalPrompter(streams: PrompterStreams): Prompter {
  const asked = <Value>(answer: Promise<Value>): Promise<Value> => answered(answer, streams.signal);
  return {
    text: ({ message, initial, check }) =>
      asked(
        input(
          {
            message,
            ...(initial === undefined ? {} : { default: initial }),
            validate: (value) => check?.(value) ?? true,
          },
          streams,
        ),
      ),
    secret: ({ message, check }) =>
      asked(
        // Whoever looks over the shoulder, and every recording of the terminal, would see a key that can be revealed.
        password(
          { message, mask: false, toggleMask: false, validate: (value) => check?.(value) ?? true },
          streams,
        ),
      ),
    confirm: ({ message }) => asked(confirm({ message, default: false }, streams)),
    choose: ({ message, choices }) =>
      asked(select({ message, choices: choices.map(asInquirerChoice), pageSize: 12, loop: false }, streams)),
    search: ({ message, find }) =>
      asked(
        search(
          {
            message,
            pageSize: 12,
            source: async (term) => (await find(term?.trim() ?? '')).map(asInquirerChoice),
          },
          streams,
        ),
      ),
  };
}

/** Names come from the API, and must not drive the terminal. */
function asInquirerChoice<Value>({ name, value, hint }: Choice<Value>) {
  return { name: cleanLine(name), value, ...(hint === undefined ? {} : { description: cleanLine(hint) }) };
}

async function answered<Value>(answer: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name !== 'ExitPromptError' && name !== 'AbortPromptError') throw error;
    if (signal?.aborted === true) throw signal.reason;
    throw new CreditctlError('interrupted', 'Interrupted: nothing was written', {
      applied: 'no',
      retrySafe: true,
    });
  }
}
