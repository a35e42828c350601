// Opens the customer of a command that reads: reports all problems, connects, and asks for a missing customer.
import type { CustomerRef } from '../credits/customer.ts';
import { type Problem, usageError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import {
  answeredNote,
  type CustomerFlags,
  customerArgs,
  customerMissing,
  readCustomerArgument,
} from '../requests/command-args.ts';
import type { Invocation, ReadCommand } from '../runtime/show.ts';

/** A command that shows data of one customer. @template Flags its own flags beside those of every command */
export type CustomerCommand<Flags = unknown> = ReadCommand<CustomerFlags & Flags>;

export interface CustomerScope {
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

interface CustomerOpening extends Invocation<CustomerFlags> {
  /** More facts for the problem of a missing customer. */
  readonly orElse?: Partial<Problem>;
  /** Takes the notes of the connection; default: stderr. */
  readonly note?: Invocation['runtime']['note'];
}

/** Throws a `usage` error with every problem. On a terminal, asks for a customer who is not named. */
export async function openForCustomer(
  args: readonly string[],
  problems: readonly Problem[],
  { flags, runtime, orElse, note }: CustomerOpening,
): Promise<CustomerScope> {
  const { customer, problems: argumentProblems } = readCustomerArgument(args, flags);
  const isNamed = customer !== undefined || argumentProblems.length > 0;
  const prompter = isNamed ? undefined : await runtime.prompter(flags);
  const missing = isNamed || prompter !== undefined ? [] : [{ ...customerMissing, ...orElse }];
  const all = [...argumentProblems, ...missing, ...problems];
  if (all.length > 0) throw usageError(all);
  const connection = await runtime.connect(flags, { note });
  if (customer !== undefined) return { connection, customer };
  if (prompter === undefined) throw usageError([customerMissing]);
  const { askCustomer } = await import('../prompts/customer.ts');
  const chosen = await askCustomer(prompter, connection.api);
  const said = customerArgs(chosen);
  const isFlag = said[0]?.startsWith('-') === true;
  runtime.note(isFlag ? answeredNote([], runtime, said) : answeredNote(said, runtime));
  return { connection, customer: chosen };
}
