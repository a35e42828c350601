// A person who answers from a list: each question must begin as planned, an answer that is refused is given again
// with the next one, and `unasked` are the answers that nobody wanted.
import type { Check, Prompter } from '../../src/prompts/prompter.ts';

export interface PlannedPrompter {
  readonly prompter: Prompter;
  readonly unasked: readonly unknown[];
  /** What was said about answers that were refused. */
  readonly refused: readonly string[];
}

export function plannedPrompter(
  ...plan: readonly (readonly [message: string, answer: string])[]
): PlannedPrompter {
  const unasked = [...plan];
  const refused: string[] = [];
  const next = (message: string): string => {
    const planned = unasked.shift();
    if (planned === undefined || !message.startsWith(planned[0]))
      throw new Error(`a question that was not planned: ${message}`);
    return planned[1];
  };
  const text = async ({ message, check }: { message: string; check?: Check }): Promise<string> => {
    for (;;) {
      const answer = next(message);
      const problem = check?.(answer);
      if (problem === undefined) return answer;
      refused.push(problem);
    }
  };
  const pick = <Value>(choices: readonly { name: string; value: Value }[], answer: string): Value => {
    const found = choices.find(({ name }) => name.startsWith(answer));
    if (found === undefined)
      throw new Error(`no choice "${answer}": ${choices.map(({ name }) => name).join(' | ')}`);
    return found.value;
  };
  const prompter: Prompter = {
    text,
    secret: text,
    confirm: async ({ message }) => next(message) === 'yes',
    choose: async ({ message, choices }) => pick(choices, next(message)),
    search: async ({ message, find, lookUp }) => {
      const answer = next(message);
      const found = await find(answer);
      return pick(found.length === 0 ? ((await lookUp?.(answer)) ?? []) : found, answer);
    },
    hint: () => {},
  };
  return { prompter, unasked, refused };
}

/** A person who takes the first of what is offered, and whatever stood beside it. */
export function takesFirst(): { readonly prompter: Prompter; readonly hints: readonly unknown[] } {
  const hints: unknown[] = [];
  const choose: Prompter['choose'] = async ({ choices: [first] }) => {
    hints.push(first?.hint);
    return first?.value as never;
  };
  return { prompter: { ...plannedPrompter().prompter, choose }, hints };
}
