// Reads the id of a block, for commands that take no customer.
import { type Problem, usageError } from '../errors.ts';
import { ownIdProblem } from './id-argument.ts';

/** The ids come from a list that needs a customer. */
const whereIdsAre = ['List the blocks: creditctl blocks list <customer> --all-blocks'];

/** The positional `<block>`. Throws a `usage` error with every problem. @param problems found before */
export function blockArgument([block]: readonly string[], problems: readonly Problem[] = []): string {
  const wrong = block === undefined ? 'is missing: enter the id of a credit block' : ownIdProblem(block);
  if (wrong !== undefined) throw usageError([{ where: '<block>', problem: wrong }, ...problems], whereIdsAre);
  if (problems.length > 0) throw usageError(problems);
  return block ?? '';
}
