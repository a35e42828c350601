// The id of something that has no other name, given as a positional: an alert, a top-up.
import { isPathSegment } from '../credits/customer-ref.ts';
import type { Problem } from '../errors.ts';

/** @param where `<alert>`, as the usage says it */
export function idProblems(where: string, id: string | undefined): readonly Problem[] {
  if (id === undefined) return [{ where, problem: 'is missing: name its id', isMissing: true }];
  return isPathSegment(id.trim()) ? [] : [{ where, problem: `is not an id: "${id}"` }];
}
