// What a write about one customer begins with: every problem of the command line, the connection, and what a person is asked.
import type { CustomerRef } from '../credits/customer.ts';
import { type Problem, usageError } from '../errors.ts';
import { type CustomerAnswers, customerStep } from '../prompts/customer.ts';
import { type Prompter, runWizard, type WizardStep } from '../prompts/prompter.ts';
import { type CustomerArgument, customerMissing, withCustomer } from '../requests/command-words.ts';
import {
  type CommandContext,
  keyProblems,
  openForWriting,
  type WriteContext,
  type WriteFlags,
} from './execute.ts';

export interface CustomerWrite extends Pick<WriteContext, 'connection'> {
  /** `undefined` if it is still to be asked for. */
  readonly customer: CustomerRef | undefined;
  /** Set if something is missing that can be asked for. */
  readonly prompter: Prompter | undefined;
}

export interface WriteOpening extends CommandContext {
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
  { flags, runtime, hints }: WriteOpening,
): Promise<CustomerWrite> {
  const isUnnamed = customer === undefined && argumentProblems.length === 0;
  const all = [
    ...argumentProblems,
    ...(isUnnamed ? [customerMissing] : []),
    ...problems.map(({ next, ...problem }) => ({
      ...problem,
      ...(next === undefined ? {} : { next: withCustomer(next, customer) }),
    })),
    ...keyProblems(flags),
  ];
  const prompter = await checkedPrompter(all, flags, runtime);
  const connection = await openForWriting(flags, runtime, hints);
  return { connection, customer, prompter };
}

export interface CustomerStory<Draft, Result> {
  readonly draft: Draft;
  /** What is asked beside the customer, and after it. */
  readonly questions: (prompter: Prompter) => readonly WizardStep<CustomerAnswers<Draft>>[];
  /** The write itself; a person who steps back out of it gets the last question again. */
  readonly act: (customer: CustomerRef, draft: Draft) => Promise<Result>;
}

/** Asks whom the write concerns and what else is missing, each with a way back, and then does it. */
export function askAndWrite<Draft, Result>(
  { connection, customer, prompter }: CustomerWrite,
  { draft, questions, act }: CustomerStory<Draft, Result>,
): Promise<Result> {
  const answers: CustomerAnswers<Draft> = { customer, draft };
  return runWizard(answers, {
    questions:
      prompter === undefined
        ? []
        : [customerStep<CustomerAnswers<Draft>>(prompter, connection.api), ...questions(prompter)],
    prompter,
    act: async ({ customer: whom, draft: completed }) => {
      if (whom === undefined) throw usageError([customerMissing]);
      return act(whom, completed);
    },
  });
}

/** The step that asks which of a customer's objects is meant. */
export const idStep = <Said extends CustomerAnswers<string | undefined>>(
  ask: (customer: CustomerRef) => Promise<{ readonly id: string }>,
): WizardStep<Said> => ({
  isOpen: ({ draft }) => draft === undefined,
  ask: async (answers) =>
    answers.customer === undefined ? answers : { ...answers, draft: (await ask(answers.customer)).id },
});

/** The person to ask for what is missing, if anything is. Throws if something is wrong, or no person can be asked. */
export async function checkedPrompter(
  problems: readonly Problem[],
  flags: WriteFlags,
  runtime: CommandContext['runtime'],
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
