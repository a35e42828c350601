// Runs the command that the line names; what it lacks is asked for on a terminal, and what is mistyped gets a suggestion.
import { CreditctlError } from '../errors.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import type { Command, Program } from './command-tree.ts';

/** The command that the line names, with its words and flags. */
export interface Chosen {
  readonly command: Command;
  readonly words: readonly string[];
  readonly flags: GlobalFlags;
}

/** Throws as the command does; a `usage` error says what was probably meant. */
export async function runChosen(chosen: Chosen, program: Program, runtime: Runtime): Promise<void> {
  const { command, words, flags } = chosen;
  try {
    // Whoever wrote a wrong expression must know before anything is written, and not after.
    if (flags.jq !== undefined) await (await import('../output/jq.ts')).jqFilter(flags.jq);
    await runAsking(chosen, runtime);
  } catch (error) {
    if (!(error instanceof CreditctlError) || error.kind !== 'usage') throw error;
    const { withSuggestions } = await import('./help/did-you-mean.ts');
    throw withSuggestions(error, command, { words, flags: { ...flags }, globals: program.options });
  }
}

/** A command says what it lacks before it does anything, so it can be run again with the answers. */
async function runAsking(chosen: Chosen, runtime: Runtime): Promise<void> {
  try {
    await chosen.command.run(chosen.words, chosen.flags, runtime);
  } catch (error) {
    if (!(error instanceof CreditctlError) || !runtime.isAttended) throw error;
    const { problems = [] } = error.facts;
    if (problems.length === 0 || problems.some(({ isMissing }) => isMissing !== true)) throw error;
    const { questionsFor, runWithAnswers } = await import('./ask-missing.ts');
    const questions = questionsFor(problems, chosen);
    const prompter = questions === undefined ? undefined : await runtime.prompter(chosen.flags);
    if (questions === undefined || prompter === undefined) throw error;
    await runWithAnswers(chosen, { questions, prompter, runtime });
  }
}
