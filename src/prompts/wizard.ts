// Questions one after the other, each with a way back to the one before, and then what the answers are for.
import { type Prompter, StepBack } from './prompter.ts';

export interface TurnedQuestion<Draft> {
  /** Whether the draft leaves it open. */
  readonly isOpen: (draft: Draft) => boolean;
  /**
   * The draft with the answer in it.
   * @param before the draft with the answer given earlier, where the person has come back
   */
  readonly ask: (draft: Draft, before?: Draft) => Promise<Draft>;
  /** Finds something out and asks nobody: a step back leads over it. */
  readonly isSilent?: boolean;
}

export interface Turns<Draft, Result> {
  readonly questions: readonly TurnedQuestion<Draft>[];
  /** What the answers are for. A step back out of it leads to the last question. */
  readonly act: (draft: Draft) => Promise<Result>;
  /** Tells the person before the first question which keys lead away from it. */
  readonly prompter: Pick<Prompter, 'hint'> | undefined;
}

export const wayBack = 'Escape goes back one question, Ctrl-C leaves';

/** Where the person is: before a question, with the draft as it was then. */
interface Place<Draft> {
  readonly index: number;
  readonly draft: Draft;
}

/**
 * Asks what a draft leaves open, then acts. Whoever steps back gets the question before again, with the draft as it was
 * then; before the first there is nothing, and it is asked again. Throws a `StepBack` if nothing was asked at all.
 */
export async function askInTurn<Draft, Result>(
  draft: Draft,
  { questions, act, prompter }: Turns<Draft, Result>,
): Promise<Result> {
  const trail: Place<Draft>[] = [];
  const answered = new Map<number, Draft>();
  let isTold = false;
  const passed = async (question: TurnedQuestion<Draft>, place: Place<Draft>): Promise<Draft> => {
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
