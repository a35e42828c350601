// Runs the command that the line names. Asks for missing words on a terminal, and adds a suggestion to a mistyped one.
import { CreditctlError } from '../errors.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Chosen, Program } from './command-tree.ts';

/** Throws as the command does; a `usage` error carries suggestions. */
export async function runChosen(chosen: Chosen, program: Program, runtime: Runtime): Promise<void> {
  const { command, args, flags } = chosen;
  try {
    // A wrong expression fails before anything is written.
    if (flags.jq !== undefined) await (await import('../output/jq.ts')).jqFilter(flags.jq, runtime);
    await command.run(args, flags, runtime);
  } catch (error) {
    if (!isUsage(error)) {
      if (!runtime.mayWrite) throw error;
      const { withEarlier } = await import('../runtime/earlier-write.ts');
      throw await withEarlier(error, { flags, settles: command.settles, named: args[0] }, runtime);
    }
    const left = await askAndRunAgain(error, chosen, runtime);
    if (left === undefined) return;
    const { withSuggestions } = await import('./help/did-you-mean.ts');
    throw withSuggestions(left, command, { args, flags: { ...flags }, globals: program.options });
  }
}

const isUsage = (error: unknown): error is CreditctlError =>
  error instanceof CreditctlError && error.kind === 'usage';

/**
 * Asks for the missing values and runs the command again; it reports missing values before it acts. Throws as it does.
 * @returns the remaining `usage` error, if no question is possible or the rest of the line is wrong
 */
async function askAndRunAgain(
  error: CreditctlError,
  chosen: Chosen,
  runtime: Runtime,
): Promise<CreditctlError | undefined> {
  const { problems = [] } = error.facts;
  const lacksAll = problems.length > 0 && problems.every(({ isMissing }) => isMissing === true);
  if (!runtime.isAttended || !lacksAll) return error;
  const { questionsFor, askAndRun } = await import('./ask-missing.ts');
  const questions = questionsFor(problems, chosen);
  const prompter = questions === undefined ? undefined : await runtime.prompter(chosen.flags);
  if (questions === undefined || prompter === undefined) return error;
  try {
    await askAndRun(chosen, { questions, prompter, runtime });
    return undefined;
  } catch (failure) {
    if (!isUsage(failure)) throw failure;
    return failure;
  }
}
