// How every command that reads about one customer begins: report all problems, connect, find the customer.
import type { CustomerRef } from '../credits/customer-ref.ts';
import { type Problem, usageError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { type CustomerArgument, customerMissing } from '../requests/command-words.ts';
import { type RangeDraft, readTimeRange, type TimeRange } from '../requests/ledger-query.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { customerZone } from '../writes/customer.ts';

export interface CustomerScope {
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

/** Throws a `usage` error with every problem; on a terminal, a customer who is not named is asked for. */
export async function openForCustomer(
  { customer, problems: argumentProblems }: CustomerArgument,
  problems: readonly Problem[],
  { flags, runtime }: { flags: GlobalFlags; runtime: Runtime },
): Promise<CustomerScope> {
  const isNamed = customer !== undefined || argumentProblems.length > 0;
  const prompter = isNamed ? undefined : await runtime.prompter(flags);
  const missing = isNamed || prompter !== undefined ? [] : [customerMissing];
  const all = [...argumentProblems, ...missing, ...problems];
  if (all.length > 0) throw usageError(all);
  const connection = await runtime.connect(flags);
  if (customer !== undefined) return { connection, customer };
  if (prompter === undefined) throw usageError([customerMissing]);
  const { askCustomer } = await import('../prompts/customer.ts');
  return { connection, customer: await askCustomer(prompter, connection.api) };
}

/** A pair of flags that bound a span of time. */
export interface RangeFlags {
  readonly draft: RangeDraft;
  readonly sinceFlag: string;
  readonly untilFlag: string;
}

/** What is wrong with the form of the dates; said before anything is opened. */
export async function rangeProblems(flags: RangeFlags, runtime: Runtime): Promise<readonly Problem[]> {
  if (!isBounded(flags)) return [];
  const reading = readTimeRange(flags.draft, { ...flags, now: runtime.now(), zone: undefined });
  return 'problems' in reading ? reading.problems : [];
}

/** The span in the customer's zone, which is only asked for if a bound is given. */
export async function customerRange(
  flags: RangeFlags,
  { connection, customer }: CustomerScope,
): Promise<TimeRange> {
  if (!isBounded(flags)) return {};
  const zone = await customerZone(connection, customer);
  const reading = readTimeRange(flags.draft, { ...flags, now: connection.now(), zone });
  if ('problems' in reading) throw usageError(reading.problems);
  return reading.range;
}

const isBounded = ({ draft }: RangeFlags): boolean => draft.since !== undefined || draft.until !== undefined;
