// Masks secrets in questions, because the API may return a key that someone entered in the wrong field, and completes the
// command lines that they name.
import type { Choice, Prompter } from './prompter.ts';

/** @param lead gives a command line at the end of a sentence the flags that chose the connection */
export function maskedPrompter(
  prompter: Prompter,
  mask: (text: string) => string,
  lead: (sentence: string) => string,
): Prompter {
  const asked = <Question extends { readonly message: string }>(question: Question): Question => ({
    ...question,
    message: mask(question.message),
  });
  const shown = <Value>(choices: readonly Choice<Value>[]): readonly Choice<Value>[] =>
    choices.map((choice) => ({
      ...choice,
      name: mask(choice.name),
      ...(choice.hint === undefined ? {} : { hint: mask(choice.hint) }),
    }));
  return {
    text: (question) => prompter.text(asked(question)),
    secret: (question) => prompter.secret(asked(question)),
    confirm: (question) => prompter.confirm(asked(question)),
    choose: ({ typed, ...question }) =>
      prompter.choose({
        ...asked(question),
        choices: shown(question.choices),
        ...(typed === undefined ? {} : { typed: { ...typed, find: (text) => shown(typed.find(text)) } }),
      }),
    search: ({ find, lookUp, none, ...question }) =>
      prompter.search({
        ...asked(question),
        find: async (term) => shown(await find(term)),
        ...(none === undefined ? {} : { none: lead(none) }),
        ...(lookUp === undefined
          ? {}
          : { lookUp: async (term, signal) => shown(await lookUp(term, signal)) }),
      }),
    hint: (text) => prompter.hint(mask(text)),
  };
}
