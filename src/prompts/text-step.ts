// A step of a wizard that asks for the text of one field.
import type { Prompter, TextQuestion } from './prompter.ts';
import type { WizardStep } from './wizard.ts';

/** Asks while the draft lacks the field; an empty answer leaves it out, and one from before is offered again. */
export const textStep = <Field extends string, Draft extends { readonly [Name in Field]?: string }>(
  field: Field,
  question: (draft: Draft) => TextQuestion,
  prompter: Prompter,
): WizardStep<Draft> => ({
  isOpen: (draft) => draft[field] === undefined,
  ask: async (draft, before) => {
    const initial = before?.[field];
    const asked = { ...question(draft), ...(initial === undefined ? {} : { initial }) };
    const answer = (await prompter.text(asked)).trim();
    return answer === '' ? draft : { ...draft, [field]: answer };
  },
});
