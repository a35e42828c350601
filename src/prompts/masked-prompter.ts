// Masks secrets in questions, because a customer's data may hold a key in the wrong field, and completes command lines.
import type { Choice, Prompter } from './prompter.ts';

interface Masking {
  readonly mask: (text: string) => string;
  /** Adds the flags that chose the connection to a command line at the end of a sentence. */
  readonly addFlags: (sentence: string) => string;
  /** Receives the last answer that allowed a write. */
  readonly consent: { typedBack?: string };
}

export function maskedPrompter(prompter: Prompter, { mask, addFlags, consent }: Masking): Prompter {
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
    text: async (question) => {
      const answer = await prompter.text(asked(question));
      if (question.isConsent === true) consent.typedBack = answer.trim();
      return answer;
    },
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
        ...(none === undefined ? {} : { none: addFlags(none) }),
        ...(lookUp === undefined
          ? {}
          : { lookUp: async (term, signal) => shown(await lookUp(term, signal)) }),
      }),
    hint: (text) => prompter.hint(mask(text)),
  };
}
