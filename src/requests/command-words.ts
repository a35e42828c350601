// The words of a command line: customers, ids and metadata read from them, and a draft as the line that says the same.
import { type CustomerRef, customerRefText, isPathSegment, parseCustomerRef } from '../credits/customer.ts';
import { edgeProblem, visible } from '../credits/text.ts';
import { type Problem, usageError } from '../errors.ts';
import type { JsonObject } from '../wire/json.ts';
import { type EntryDraft, entryFieldNames, entryFields, isSaid } from './entry-draft.ts';
import { commandLine, flagWords } from './shell-words.ts';

/** The words of `ledger add` for a draft. */
export function entryWords(customer: CustomerRef, draft: EntryDraft): readonly string[] {
  const flags = entryFieldNames.flatMap((field) => {
    const value = draft[field];
    const { flag } = entryFields[field];
    if (!isSaid(draft, field)) return [];
    if (Array.isArray(value)) return (value as readonly string[]).flatMap((each) => flagWords(flag, each));
    return typeof value === 'string' ? flagWords(flag, value) : [flag];
  });
  return ['ledger', 'add', ...customerWords(customer), ...flags];
}

/** An id that a positional would not give back (it begins like a flag or `id:`, or has blanks around it) needs its flag. */
export function customerWords(customer: CustomerRef): readonly string[] {
  const text = customerRefText(customer);
  const read = text.startsWith('-') ? undefined : parseCustomerRef(text);
  if (read?.by === customer.by && read.id === customer.id) return [text];
  return [`--${customer.by === 'id' ? 'customer-id' : 'external-customer-id'}=${customer.id}`];
}

export interface CustomerFlags {
  readonly externalCustomerId?: string;
  readonly customerId?: string;
}

export interface CustomerArgument {
  /** `undefined` if it is missing, or not valid (then there are problems). */
  readonly customer: CustomerRef | undefined;
  /** The positionals that follow the customer. */
  readonly rest: readonly string[];
  readonly problems: readonly Problem[];
}

export const customerMissing: Problem = {
  where: '<customer>',
  problem: 'is missing: enter an external customer id, or id:… for an Orb id',
  isMissing: true,
};

/** @param most how many positionals may follow the customer */
export function readCustomerArgument(
  words: readonly string[],
  flags: CustomerFlags,
  most = 0,
): CustomerArgument {
  const { externalCustomerId, customerId } = flags;
  if (externalCustomerId !== undefined && customerId !== undefined) {
    return wrong('--customer-id', 'cannot be used with --external-customer-id');
  }
  const byFlag = fromFlag(flags);
  if (byFlag !== undefined) {
    const flag = customerId === undefined ? '--external-customer-id' : '--customer-id';
    if (words.length > most) return wrong('<customer>', `is given twice: as "${words[0]}" and with ${flag}`);
    if (!isPathSegment(byFlag.id)) return wrong(flag, `is not a valid id: "${visible(byFlag.id)}"`);
    return { customer: byFlag, rest: words, problems: [] };
  }
  const [first, ...rest] = words;
  if (first === undefined) return { customer: undefined, rest, problems: [] };
  const customer = parseCustomerRef(first);
  if (customer === undefined) return wrong('<customer>', `is not a valid id: "${visible(first)}"`);
  return { customer, rest, problems: [] };
}

function fromFlag({ externalCustomerId, customerId }: CustomerFlags): CustomerRef | undefined {
  if (externalCustomerId !== undefined) return { by: 'external', id: externalCustomerId };
  return customerId === undefined ? undefined : { by: 'id', id: customerId };
}

const wrong = (where: string, problem: string): CustomerArgument => ({
  customer: undefined,
  rest: [],
  problems: [{ where, problem }],
});

/** @param where `<alert>`, as the usage says it */
export function idProblems(where: string, id: string | undefined): readonly Problem[] {
  if (id === undefined) return [{ where, problem: 'is missing: enter its id', isMissing: true }];
  const problem = ownIdProblem(id);
  return problem === undefined ? [] : [{ where, problem }];
}

/** What is wrong with an id that Orb made, which holds no blanks; `undefined` for nothing. */
const ownIdProblem = (id: string): string | undefined =>
  id.trim() === '' || !isPathSegment(id) ? `is not a valid id: "${visible(id)}"` : edgeProblem(id);

/** The list of ids needs a customer. */
const whereIdsAre = ['List the blocks: creditctl blocks list <customer> --all-blocks'];

/** The positional `<block>`. Throws a `usage` error with every problem. @param problems found before */
export function blockArgument([block]: readonly string[], problems: readonly Problem[] = []): string {
  const wrong = block === undefined ? 'is missing: enter the id of a credit block' : ownIdProblem(block);
  if (wrong !== undefined) throw usageError([{ where: '<block>', problem: wrong }, ...problems], whereIdsAre);
  if (problems.length > 0) throw usageError(problems);
  return block ?? '';
}

/** Reads repeated `key=value` pairs; `undefined` where there are none. The value may hold further `=`. */
export function readMetadata(
  pairs: readonly string[],
  problems: Problem[],
  where = '--metadata',
): JsonObject | undefined {
  if (pairs.length === 0) return undefined;
  const read = new Map<string, string>();
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    const key = pair.slice(0, split);
    if (split < 1) problems.push({ where, problem: `must be key=value: "${pair}"` });
    else if (read.has(key)) problems.push({ where, problem: `sets the key "${key}" twice` });
    else read.set(key, pair.slice(split + 1));
  }
  return Object.fromEntries(read);
}

/** The command line that applies or signs a plan. @param plan its file, which may begin like a flag */
export const planCommand = (
  verb: 'apply' | 'approve',
  plan: string,
  where?: Parameters<typeof commandLine>[1],
): string => commandLine(['batch', verb, plan.startsWith('-') ? `./${plan}` : plan], where);
