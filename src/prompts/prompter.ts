// Defines questions and the order in which a wizard asks them: a terminal asks a person, a test answers from a list.
import { CreditctlError } from '../errors.ts';

export interface Choice<Value> {
  readonly name: string;
  readonly value: Value;
  /** Shown below the list while the choice is highlighted. */
  readonly hint?: string;
}

/** Returns the problem with an answer as a sentence, or `undefined`. */
export type Check = (answer: string) => string | undefined;

export interface TextQuestion {
  readonly message: string;
  /** Prefilled text that the person can edit. */
  readonly initial?: string;
  readonly check?: Check;
  /** How a valid answer is understood, shown while it is typed: `2027-01-31, in 69 days`. */
  readonly explain?: (answer: string) => string | undefined;
  /** The answer allows a write, so keys typed before the question was shown are discarded. */
  readonly isConsent?: true;
}

/** Thrown when the person goes back; without an earlier question it ends the command. */
export class StepBack extends CreditctlError {
  constructor() {
    super('refused', 'No answer given: nothing was written', { applied: 'no' });
  }
}

/** Every question may throw a `StepBack`, an `interrupted` error for Ctrl-C, and a `refused` one at the end of input. */
export interface Prompter {
  text(question: TextQuestion): Promise<string>;
  /** An answer that is not shown. */
  secret(question: { message: string; check?: Check }): Promise<string>;
  /** The default answer is no; keys typed before the question was shown are discarded. */
  confirm(question: { message: string }): Promise<boolean>;
  choose<Value>(question: ChoiceQuestion<Value>): Promise<Value>;
  search<Value>(question: SearchQuestion<Value>): Promise<Value>;
  /** Prints a line between questions. */
  hint(text: string): void;
}

export interface ChoiceQuestion<Value> {
  readonly message: string;
  readonly choices: readonly Choice<Value>[];
  /** The preselected value; default: the first. */
  readonly initial?: Value | undefined;
  readonly typed?: TypedChoices<Value>;
}

/** Answers that can be typed instead of selecting a choice. If absent, a digit selects the choice of that number. */
export interface TypedChoices<Value> {
  /** The kind of answer: `a date`. */
  readonly what: string;
  /** The choices for a typed text; none for a text that is not understood. */
  readonly find: (text: string) => readonly Choice<Value>[];
  /** What to type instead, a sentence. */
  readonly none: string;
}

export interface SearchQuestion<Value> {
  readonly message: string;
  /** The choices for what has been typed so far. */
  readonly find: (term: string) => Promise<readonly Choice<Value>[]>;
  /**
   * A slower lookup, used after a pause in typing if `find` has no result.
   * @param signal aborted when the person types on
   */
  readonly lookUp?: (term: string, signal?: AbortSignal) => Promise<readonly Choice<Value>[]>;
  /** What the person can do if neither finds a choice, a sentence. */
  readonly none?: string;
}

export interface WizardStep<Draft> {
  /** Whether the draft still needs this answer. */
  readonly isOpen: (draft: Draft) => boolean;
  /**
   * The draft with the answer in it.
   * @param before the draft with the earlier answer, if the person has come back
   */
  readonly ask: (draft: Draft, before?: Draft) => Promise<Draft>;
  /** Looks something up without asking: going back skips it. */
  readonly isSilent?: boolean;
}

export interface Wizard<Draft, Result> {
  readonly questions: readonly WizardStep<Draft>[];
  /** Uses the answers. If it throws a `StepBack`, the last question is asked again. */
  readonly finish: (draft: Draft) => Promise<Result>;
  /** Shows which keys go back and quit, before the first question. */
  readonly prompter: Pick<Prompter, 'hint'> | undefined;
}

export const wayBack = 'Press Escape to go back one question, Ctrl-C to quit';

/** A question and the draft before its answer. */
interface Place<Draft> {
  readonly index: number;
  readonly draft: Draft;
}

/**
 * Asks for what the draft lacks, then acts. Going back asks the previous question again, with the draft as it was then;
 * at the first question it asks that one again. Throws a `StepBack` if no question was asked.
 */
export async function runWizard<Draft, Result>(
  draft: Draft,
  { questions, finish, prompter }: Wizard<Draft, Result>,
): Promise<Result> {
  const trail: Place<Draft>[] = [];
  const answered = new Map<number, Draft>();
  let isHinted = false;
  const passed = async (question: WizardStep<Draft>, place: Place<Draft>): Promise<Draft> => {
    if (!question.isOpen(place.draft)) return place.draft;
    if (question.isSilent === true) return question.ask(place.draft);
    if (!isHinted) prompter?.hint(wayBack);
    isHinted = true;
    const answer = await question.ask(place.draft, answered.get(place.index));
    answered.set(place.index, answer);
    trail.push(place);
    return answer;
  };
  for (let place: Place<Draft> = { index: 0, draft }; ; ) {
    const question = questions[place.index];
    try {
      if (question === undefined) return await finish(place.draft);
      place = { index: place.index + 1, draft: await passed(question, place) };
    } catch (error) {
      if (!(error instanceof StepBack)) throw error;
      const before = trail.pop();
      if (before === undefined && question === undefined) throw error;
      place = before ?? place;
    }
  }
}

/** Asks for a field that the draft lacks; an empty answer leaves the field out, and an earlier answer is offered again. */
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
