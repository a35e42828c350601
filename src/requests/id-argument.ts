// The id of something that has no other name, given as a positional: an alert, a top-up.
import { isPathSegment } from '../credits/customer-ref.ts';
import { edgeProblem, visible } from '../credits/text.ts';
import type { Problem } from '../errors.ts';

/** @param where `<alert>`, as the usage says it */
export function idProblems(where: string, id: string | undefined): readonly Problem[] {
  if (id === undefined) return [{ where, problem: 'is missing: enter its id', isMissing: true }];
  const problem = ownIdProblem(id);
  return problem === undefined ? [] : [{ where, problem }];
}

/** What is wrong with an id that Orb made, which holds no blanks; `undefined` for nothing. */
export const ownIdProblem = (id: string): string | undefined =>
  id.trim() === '' || !isPathSegment(id) ? `is not a valid id: "${visible(id)}"` : edgeProblem(id);
