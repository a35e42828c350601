// Begins a write about a customer or one of their objects: checks arguments, connects, and asks for missing ones.
import type { CustomerRef } from '../credits/customer.ts';
import { CreditctlError, flagArgs, type Problem, shellText, usageError } from '../errors.ts';
import { type CustomerAnswers, customerStep } from '../prompts/customer.ts';
import { type Prompter, runWizard, type WizardStep } from '../prompts/prompter.ts';
import {
  answeredNote,
  type CustomerArgument,
  customerMissing,
  type IdName,
  idProblems,
  withCustomer,
} from '../requests/command-args.ts';
import {
  type CommandContext,
  keyProblems,
  openForWriting,
  type WriteContext,
  type WriteFlags,
} from './execute.ts';

export interface CustomerWrite extends Pick<WriteContext, 'connection'> {
  /** `undefined` if a person still has to choose the customer. */
  readonly customer: CustomerRef | undefined;
  /** Set if an argument is missing and a person can be asked for it. */
  readonly prompter: Prompter | undefined;
}

export interface WriteOpening extends CommandContext {
  /** The ways to consent, if more than a yes is needed. */
  readonly hints?: readonly string[] | undefined;
}

/**
 * Throws a `usage` error with all problems. On a terminal, a missing argument is no error: a person is asked for it.
 * @param problems wrong and missing arguments beside the customer
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
  /** The questions after that for the customer. */
  readonly questions: (prompter: Prompter) => readonly WizardStep<CustomerAnswers<Draft>>[];
  /** The write itself; a person who steps back out of it gets the last question again. */
  readonly perform: (customer: CustomerRef, draft: Draft) => Promise<Result>;
}

/** Asks for the customer and for each missing argument, with a way back to the previous question, and then writes. */
export function askAndWrite<Draft, Result>(
  { connection, customer, prompter }: CustomerWrite,
  { draft, questions, perform }: CustomerStory<Draft, Result>,
): Promise<Result> {
  const answers: CustomerAnswers<Draft> = { customer, draft };
  return runWizard(answers, {
    questions:
      prompter === undefined
        ? []
        : [customerStep<CustomerAnswers<Draft>>(prompter, connection.api), ...questions(prompter)],
    prompter,
    finish: async ({ customer: whom, draft: completed }) => {
      if (whom === undefined) throw usageError([customerMissing]);
      return perform(whom, completed);
    },
  });
}

/** The step that asks for one of a customer's objects. If there is none, the error's next step names the customer. */
export const idStep = <Said extends CustomerAnswers<string | undefined>>(
  ask: (customer: CustomerRef) => Promise<{ readonly id: string }>,
): WizardStep<Said> => ({
  isOpen: ({ draft }) => draft === undefined,
  ask: async (answers) => {
    const { customer } = answers;
    if (customer === undefined) return answers;
    try {
      return { ...answers, draft: (await ask(customer)).id };
    } catch (error) {
      if (!(error instanceof CreditctlError) || error.facts.next === undefined) throw error;
      const { next } = error.facts;
      throw error.with({ next: next.map((step) => withCustomer(step, customer)) });
    }
  },
});

/** The prompter, if an argument is missing. Throws a `usage` error if an argument is wrong, or no person can be asked. */
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

/** The ways in which a script consents to a deletion: it repeats the id in `--confirm`. */
export function typedBackHints(id: string | undefined): readonly string[] | undefined {
  if (id === undefined) return undefined;
  return [`To write, add --yes ${shellText(flagArgs('--confirm', id))}`, 'To preview, add --dry-run'];
}

export interface ObjectChange {
  /** The name of the argument in the usage. */
  readonly what: IdName;
  /** Wrong and missing flags of the command. */
  readonly problems?: readonly Problem[];
  /** Whether a person must type the id back. */
  readonly isTypedBack: boolean;
  /** Asks a person to choose an object. */
  readonly ask: (
    customer: CustomerRef,
    prompter: Prompter,
    connection: WriteContext['connection'],
  ) => Promise<{ readonly id: string }>;
  /** Asks for a missing flag, once the object is chosen. */
  readonly askFlag?:
    | ((id: string, prompter: Prompter, connection: WriteContext['connection']) => Promise<string>)
    | undefined;
  /** The write itself; a person who goes back is asked the last question again. */
  readonly perform: (id: string, context: WriteContext, asked: Asked) => Promise<void>;
}

export interface Asked {
  /** Whether a person was asked for anything. */
  readonly isAsked: boolean;
  /** The customer among whose objects a person chose; `undefined` if the command line names the object. */
  readonly chosenOf: CustomerRef | undefined;
  /** The answer to `askFlag`. */
  readonly flag: string | undefined;
}

/** The draft of these answers is the object's id. */
interface ObjectAnswers extends CustomerAnswers<string | undefined> {
  readonly flag?: string;
}

/** Connects, and asks for the object that a command shows. Throws a `usage` error before it connects. */
export async function openObject(
  [named]: readonly string[],
  { what, ask }: Pick<ObjectChange, 'what' | 'ask'>,
  { flags, runtime }: Pick<CommandContext, 'flags' | 'runtime'>,
): Promise<Pick<WriteContext, 'connection'> & Pick<Asked, 'chosenOf'> & { readonly id: string }> {
  const prompter = await checkedPrompter(idProblems(what, named), flags, runtime);
  const connection = await runtime.connect(flags);
  const answers: ObjectAnswers = { customer: undefined, draft: named };
  return runWizard(answers, {
    questions: prompter === undefined ? [] : questionsFor({ ask }, prompter, connection),
    prompter,
    finish: async ({ customer: chosenOf, draft: id = '' }) => {
      if (prompter !== undefined) runtime.note(answeredNote([id], runtime));
      return { connection, id, chosenOf };
    },
  });
}

/** Connects, asks for missing arguments, and changes an object. Throws a `usage` error with all problems beforehand. */
export async function changeObject(
  [named]: readonly string[],
  change: ObjectChange,
  { flags, runtime }: CommandContext,
): Promise<void> {
  const { what, problems = [], isTypedBack, perform } = change;
  const all = [...idProblems(what, named), ...problems, ...keyProblems(flags)];
  const prompter = await checkedPrompter(all, flags, runtime);
  const connection = await openForWriting(flags, runtime, isTypedBack ? typedBackHints(named) : undefined);
  const isAsked = prompter !== undefined;
  const answers: ObjectAnswers = { customer: undefined, draft: named };
  await runWizard(answers, {
    questions: isAsked ? questionsFor(change, prompter, connection) : [],
    prompter,
    finish: ({ customer: chosenOf, draft: id = '', flag }) =>
      perform(id, { connection, flags, runtime }, { isAsked, chosenOf, flag }),
  });
}

function questionsFor(
  { ask, askFlag }: Pick<ObjectChange, 'ask' | 'askFlag'>,
  prompter: Prompter,
  connection: WriteContext['connection'],
): readonly WizardStep<ObjectAnswers>[] {
  const customer = customerStep<ObjectAnswers>(prompter, connection.api);
  const id = idStep<ObjectAnswers>((whose) => ask(whose, prompter, connection));
  const steps = [{ ...customer, isOpen: id.isOpen }, id];
  if (askFlag === undefined) return steps;
  return [
    ...steps,
    {
      isOpen: ({ flag }) => flag === undefined,
      ask: async (all) => ({ ...all, flag: await askFlag(all.draft ?? '', prompter, connection) }),
    },
  ];
}
