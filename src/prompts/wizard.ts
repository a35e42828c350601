// Asks questions in order; Escape goes back one question. Then acts on the answers.
import { type Prompter, StepBack } from './prompter.ts';

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
  readonly act: (draft: Draft) => Promise<Result>;
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
  { questions, act, prompter }: Wizard<Draft, Result>,
): Promise<Result> {
  const trail: Place<Draft>[] = [];
  const answered = new Map<number, Draft>();
  let isTold = false;
  const passed = async (question: WizardStep<Draft>, place: Place<Draft>): Promise<Draft> => {
    if (!question.isOpen(place.draft)) return place.draft;
    if (question.isSilent === true) return question.ask(place.draft);
    if (!isTold) prompter?.hint(wayBack);
    isTold = true;
    const answer = await question.ask(place.draft, answered.get(place.index));
    answered.set(place.index, answer);
    trail.push(place);
    return answer;
  };
  for (let place: Place<Draft> = { index: 0, draft }; ; ) {
    const question = questions[place.index];
    try {
      if (question === undefined) return await act(place.draft);
      place = { index: place.index + 1, draft: await passed(question, place) };
    } catch (error) {
      if (!(error instanceof StepBack)) throw error;
      const before = trail.pop();
      if (before === undefined && question === undefined) throw error;
      place = before ?? place;
    }
  }
}
