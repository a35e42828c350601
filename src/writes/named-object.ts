// One object that its id names, to show it or to write to it; a person who leaves the id out chooses among those of a customer.
import type { CustomerRef } from '../credits/customer.ts';
import type { Problem } from '../errors.ts';
import { type CustomerAnswers, customerStep } from '../prompts/customer.ts';
import { type Prompter, runWizard, type WizardStep } from '../prompts/prompter.ts';
import { answeredNote, type IdName, idProblems } from '../requests/command-words.ts';
import type { GlobalFlags } from '../runtime/runtime.ts';
import { type CommandContext, keyProblems, openForWriting, type WriteContext } from './execute.ts';
import { checkedPrompter, idStep, typedBackHints } from './for-customer.ts';

export interface ObjectChange {
  /** As the usage names it. */
  readonly what: IdName;
  /** What is wrong with the flags of the command, or is missing of them. */
  readonly problems?: readonly Problem[];
  /** Whether the id has to be typed back. */
  readonly isTypedBack: boolean;
  /** Lets a person choose. */
  readonly ask: (
    customer: CustomerRef,
    prompter: Prompter,
    connection: WriteContext['connection'],
  ) => Promise<{ readonly id: string }>;
  /** Asks for a flag that is missing, once it is known which object is meant. */
  readonly askFlag?:
    | ((id: string, prompter: Prompter, connection: WriteContext['connection']) => Promise<string>)
    | undefined;
  /** The write itself; a person who goes back is asked the last question again. */
  readonly act: (id: string, context: WriteContext, asked: Asked) => Promise<void>;
}

/** What a person was asked for. */
export interface Asked {
  /** Whether it was anything. */
  readonly isAsked: boolean;
  /** The customer among whose objects one was chosen. */
  readonly chosenOf: CustomerRef | undefined;
  /** The answer to `askFlag`. */
  readonly flag: string | undefined;
}

/** The draft is the id. */
interface ObjectAnswers extends CustomerAnswers<string | undefined> {
  readonly flag?: string;
}

/** The object that a command shows. Throws a `usage` error before it connects. */
export async function openObject(
  [named]: readonly string[],
  { what, ask }: Pick<ObjectChange, 'what' | 'ask'>,
  { flags, runtime }: Pick<CommandContext, 'runtime'> & { readonly flags: GlobalFlags },
): Promise<Pick<WriteContext, 'connection'> & Pick<Asked, 'chosenOf'> & { readonly id: string }> {
  const prompter = await checkedPrompter(idProblems(what, named), flags, runtime);
  const connection = await runtime.connect(flags);
  const answers: ObjectAnswers = { customer: undefined, draft: named };
  return runWizard(answers, {
    questions: prompter === undefined ? [] : questionsFor({ ask }, prompter, connection),
    prompter,
    act: async ({ customer: chosenOf, draft: id = '' }) => {
      if (prompter !== undefined) runtime.note(answeredNote([id], runtime));
      return { connection, id, chosenOf };
    },
  });
}

/** Throws a `usage` error with every problem before it connects. */
export async function changeObject(
  [named]: readonly string[],
  change: ObjectChange,
  { flags, runtime }: CommandContext,
): Promise<void> {
  const { what, problems = [], isTypedBack, act } = change;
  const all = [...idProblems(what, named), ...problems, ...keyProblems(flags)];
  const prompter = await checkedPrompter(all, flags, runtime);
  const connection = await openForWriting(flags, runtime, isTypedBack ? typedBackHints(named) : undefined);
  const isAsked = prompter !== undefined;
  const answers: ObjectAnswers = { customer: undefined, draft: named };
  await runWizard(answers, {
    questions: isAsked ? questionsFor(change, prompter, connection) : [],
    prompter,
    act: ({ customer: chosenOf, draft: id = '', flag }) =>
      act(id, { connection, flags, runtime }, { isAsked, chosenOf, flag }),
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
