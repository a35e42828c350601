// Masks secrets in questions: the API may return a key that someone entered in the wrong field.
import type { Choice, Prompter } from './prompter.ts';

export function maskedPrompter(prompter: Prompter, mask: (text: string) => string): Prompter {
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
    choose: (question) => prompter.choose({ ...asked(question), choices: shown(question.choices) }),
    search: ({ find, lookUp, ...question }) =>
      prompter.search({
        ...asked(question),
        find: async (term) => shown(await find(term)),
        ...(lookUp === undefined
          ? {}
          : { lookUp: async (term, signal) => shown(await lookUp(term, signal)) }),
      }),
    hint: (text) => prompter.hint(mask(text)),
  };
}
