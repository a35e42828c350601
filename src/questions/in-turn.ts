// Questions one after the other, each with a way back to the one before.
import { StepBack } from './prompter.ts';

export interface TurnedQuestion<Draft> {
  /** Whether the draft leaves it open. */
  readonly isOpen: (draft: Draft) => boolean;
  /** The draft with the answer in it. */
  readonly ask: (draft: Draft) => Promise<Draft>;
}

/**
 * Asks what a draft leaves open. Whoever steps back gets the question before again, with the draft as it was then;
 * before the first there is nothing, and it is asked again.
 */
export async function askInTurn<Draft>(
  draft: Draft,
  questions: readonly TurnedQuestion<Draft>[],
): Promise<Draft> {
  const trail: { readonly index: number; readonly draft: Draft }[] = [];
  let state = { index: 0, draft };
  for (;;) {
    const question = questions[state.index];
    if (question === undefined) return state.draft;
    if (!question.isOpen(state.draft)) {
      state = { ...state, index: state.index + 1 };
      continue;
    }
    try {
      const answered = await question.ask(state.draft);
      trail.push(state);
      state = { index: state.index + 1, draft: answered };
    } catch (error) {
      if (!(error instanceof StepBack)) throw error;
      state = trail.pop() ?? state;
    }
  }
}
