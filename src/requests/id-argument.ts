// The id of a block, an alert, a top-up or an invoice, given as a positional.
import { isPathSegment } from '../credits/customer-ref.ts';
import { edgeProblem, visible } from '../credits/text.ts';
import { type Problem, usageError } from '../errors.ts';

/** @param where `<alert>`, as the usage says it */
export function idProblems(where: string, id: string | undefined): readonly Problem[] {
  if (id === undefined) return [{ where, problem: 'is missing: enter its id', isMissing: true }];
  const problem = ownIdProblem(id);
  return problem === undefined ? [] : [{ where, problem }];
}

/** What is wrong with an id that Orb made, which holds no blanks; `undefined` for nothing. */
const ownIdProblem = (id: string): string | undefined =>
  id.trim() === '' || !isPathSegment(id) ? `is not a valid id: "${visible(id)}"` : edgeProblem(id);

/** The list of ids needs a customer. */
const whereIdsAre = ['List the blocks: creditctl blocks list <customer> --all-blocks'];

/** The positional `<block>`. Throws a `usage` error with every problem. @param problems found before */
export function blockArgument([block]: readonly string[], problems: readonly Problem[] = []): string {
  const wrong = block === undefined ? 'is missing: enter the id of a credit block' : ownIdProblem(block);
  if (wrong !== undefined) throw usageError([{ where: '<block>', problem: wrong }, ...problems], whereIdsAre);
  if (problems.length > 0) throw usageError(problems);
  return block ?? '';
}
