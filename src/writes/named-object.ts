// A write to one object that its id names; a person who leaves the id out chooses among those of a customer.
import type { CustomerRef } from '../credits/customer.ts';
import type { Problem } from '../errors.ts';
import type { Prompter } from '../prompts/prompter.ts';
import { type IdName, idProblems } from '../requests/command-words.ts';
import { type CommandContext, keyProblems, openForWriting, type WriteContext } from './execute.ts';
import { askAndWrite, checkedPrompter, idStep, typedBackHints } from './for-customer.ts';

export interface ObjectChange {
  /** As the usage names it. */
  readonly what: IdName;
  /** What is wrong with the flags of the command. */
  readonly problems?: readonly Problem[];
  /** Whether the id has to be typed back. */
  readonly isTypedBack: boolean;
  /** Lets a person choose. */
  readonly ask: (
    customer: CustomerRef,
    prompter: Prompter,
    connection: WriteContext['connection'],
  ) => Promise<{ readonly id: string }>;
  /** The write itself; a person who goes back chooses again. @param chosenOf the customer, if a person was asked for the id */
  readonly act: (id: string, context: WriteContext, chosenOf?: CustomerRef) => Promise<void>;
}

/** Throws a `usage` error with every problem before it connects. */
export async function changeObject(
  [named]: readonly string[],
  { what, problems = [], isTypedBack, ask, act }: ObjectChange,
  { flags, runtime }: CommandContext,
): Promise<void> {
  const all = [...idProblems(what, named), ...problems, ...keyProblems(flags)];
  const prompter = await checkedPrompter(all, flags, runtime);
  const connection = await openForWriting(flags, runtime, isTypedBack ? typedBackHints(named) : undefined);
  const context = { connection, flags, runtime };
  if (named !== undefined) return act(named, context);
  await askAndWrite<string | undefined, void>(
    { connection, customer: undefined, prompter },
    {
      draft: named,
      questions: (person) => [idStep((customer) => ask(customer, person, connection))],
      act: (customer, id = '') => act(id, context, customer),
    },
  );
}
