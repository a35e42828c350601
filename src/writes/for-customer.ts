// What every write about one customer begins with: all problems at once, then a connection and a customer.

import type { CustomerRef } from '../credits/customer-ref.ts';
import { type Problem, usageError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { type About, customerStep } from '../prompts/customer.ts';
import type { Prompter } from '../prompts/prompter.ts';
import { runWizard, type WizardStep } from '../prompts/wizard.ts';
import { type CustomerArgument, customerMissing } from '../requests/customer-argument.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { keyProblems, openForWriting, type WriteFlags } from './execute.ts';

export interface CustomerWrite {
  readonly connection: Connection;
  /** Not there yet if it is to be asked for. */
  readonly customer: CustomerRef | undefined;
  /** There if something is missing, which is to be asked for. */
  readonly prompter: Prompter | undefined;
}

export interface Opening {
  readonly flags: WriteFlags;
  readonly runtime: Runtime;
  /** How to consent, where more than a yes is needed. */
  readonly hints?: readonly string[] | undefined;
}

/**
 * Throws a `usage` error with every problem; on a terminal, what is missing can be asked for.
 * @param problems what is wrong with the rest of the command line, and what is missing of it
 */
export async function openForCustomerWrite(
  { customer, problems: argumentProblems }: Pick<CustomerArgument, 'customer' | 'problems'>,
  problems: readonly Problem[],
  { flags, runtime, hints }: Opening,
): Promise<CustomerWrite> {
  const isUnnamed = customer === undefined && argumentProblems.length === 0;
  const all = [
    ...argumentProblems,
    ...(isUnnamed ? [customerMissing] : []),
    ...problems,
    ...keyProblems(flags),
  ];
  const prompter = await checkedPrompter(all, flags, runtime);
  const connection = await openForWriting(flags, runtime, hints);
  return { connection, customer, prompter };
}

export interface CustomerStory<Draft, Result> {
  readonly draft: Draft;
  /** What is asked beside the customer, and after it. */
  readonly questions: (prompter: Prompter) => readonly WizardStep<About<Draft>>[];
  /** The write itself; a person who steps back out of it gets the last question again. */
  readonly act: (customer: CustomerRef, draft: Draft) => Promise<Result>;
}

/** Asks whom the write concerns and what else is missing, each with a way back, and then does it. */
export function askAndWrite<Draft, Result>(
  { connection, customer, prompter }: CustomerWrite,
  { draft, questions, act }: CustomerStory<Draft, Result>,
): Promise<Result> {
  const said: About<Draft> = { customer, draft };
  return runWizard(said, {
    questions:
      prompter === undefined
        ? []
        : [customerStep<About<Draft>>(prompter, connection.api), ...questions(prompter)],
    prompter,
    act: async ({ customer: whom, draft: completed }) => {
      if (whom === undefined) throw usageError([customerMissing]);
      return act(whom, completed);
    },
  });
}

/** Questions about a draft alone, as questions about one for a customer. */
export const forDraft = <Draft>(
  questions: readonly WizardStep<Draft>[],
): readonly WizardStep<About<Draft>>[] =>
  questions.map(({ isOpen, ask, isSilent = false }) => ({
    isSilent,
    isOpen: ({ draft }) => isOpen(draft),
    ask: async (said, before) => ({ ...said, draft: await ask(said.draft, before?.draft) }),
  }));

/** The person to ask for what is missing, if anything is. Throws if something is wrong, or no person can be asked. */
export async function checkedPrompter(
  problems: readonly Problem[],
  flags: WriteFlags,
  runtime: Runtime,
): Promise<Prompter | undefined> {
  if (problems.length === 0) return undefined;
  const prompter = await runtime.prompter(flags);
  const isWrong = problems.some(({ isMissing }) => isMissing !== true);
  if (isWrong || prompter === undefined) throw usageError(problems);
  return prompter;
}

/** How a script consents to what destroys something: by saying its id twice. */
export function typedBackHints(id: string | undefined): readonly string[] | undefined {
  if (id === undefined) return undefined;
  return [`To write, add --yes --confirm ${id}`, 'To preview, add --dry-run'];
}
