// Reads customers, ids and metadata from command-line arguments, and writes drafts as command lines.
import {
  type CustomerRef,
  customerRefText,
  defaultCurrency,
  isPathSegment,
  parseCustomerRef,
} from '../credits/customer.ts';
import { edgeProblem, visible } from '../credits/text.ts';
import { type ConnectionTexts, commandLine, flagArgs, type Problem, shellText } from '../errors.ts';
import { type EntryDraft, entryFieldNames, entryFields, isFieldSet } from './entry-draft.ts';

/** The command line of `ledger add` that creates a draft's entry, as arguments. */
export function entryArgs(customer: CustomerRef, draft: EntryDraft): readonly string[] {
  const flags = entryFieldNames.flatMap((field) => {
    const value = draft[field];
    const { flag } = entryFields[field];
    if (!isFieldSet(draft, field)) return [];
    if (Array.isArray(value)) return (value as readonly string[]).flatMap((each) => flagArgs(flag, each));
    return typeof value === 'string' ? flagArgs(flag, value) : [flag];
  });
  return ['ledger', 'add', ...customerArgs(customer), ...flags];
}

/** The customer as a positional, or as a flag if the id begins like a flag or `id:`, or has blanks around it. */
export function customerArgs(customer: CustomerRef): readonly string[] {
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
  /** `undefined` if the customer is missing, or not valid (then there are problems). */
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
  args: readonly string[],
  flags: CustomerFlags,
  most = 0,
): CustomerArgument {
  const { externalCustomerId, customerId } = flags;
  if (externalCustomerId !== undefined && customerId !== undefined) {
    return { ...wrong('--customer-id', 'cannot be used with --external-customer-id'), rest: args };
  }
  const byFlag = fromFlag(flags);
  if (byFlag !== undefined) {
    const flag = customerId === undefined ? '--external-customer-id' : '--customer-id';
    if (args.length > most) return wrong('<customer>', `is given twice: as "${args[0]}" and with ${flag}`);
    if (!isPathSegment(byFlag.id)) return wrong(flag, `is not a valid id: "${visible(byFlag.id)}"`);
    return { customer: byFlag, rest: args, problems: [] };
  }
  const [first, ...rest] = args;
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

/** The command that lists the ids of each kind, by the argument's name in a usage line. */
const lists = {
  '<block>': 'List the blocks: creditctl blocks list <customer> --all-blocks',
  '<top-up>': 'List the top-ups: creditctl topups list <customer>',
  '<alert>': 'List the alerts: creditctl alerts list <customer>',
  '<invoice>': 'List the invoices: creditctl invoices list',
} as const;

export type IdName = keyof typeof lists;

/** The hint that lists the valid ids, as far as known of the customer and in the currency. */
export const idList = (where: IdName, customer?: CustomerRef, currency?: string): string =>
  ledgerLine(lists[where], customer, currency);

/** A command line for a ledger, with the customer if one is known, and with a currency other than the default. */
export function ledgerLine(line: string, customer: CustomerRef | undefined, currency: string | undefined) {
  const isPlain = currency === defaultCurrency || !line.includes('<customer>');
  const flag = isPlain ? [] : flagArgs('--currency', currency);
  const named = withCustomer(line, customer);
  return flag.length === 0 ? named : `${named} ${shellText(flag)}`;
}

/** Puts the customer into a command line, if one is known. */
export const withCustomer = (line: string, customer: CustomerRef | undefined): string =>
  customer === undefined ? line : line.replace('<customer>', () => shellText(customerArgs(customer)));

/** The problems with an id that Orb made, which never contains blanks. @param customer the owner of the id, if known */
export function idProblems(
  where: IdName,
  id: string | undefined,
  customer?: CustomerRef,
): readonly Problem[] {
  const next = idList(where, customer);
  if (id === undefined) return [{ where, problem: 'is missing: enter its id', isMissing: true, next }];
  const isOdd = id.trim() === '' || !isPathSegment(id);
  const problem = isOdd ? `is not a valid id: "${visible(id)}"` : edgeProblem(id);
  return problem === undefined ? [] : [{ where, problem, next }];
}

/** Reads repeated `key=value` pairs; `undefined` without pairs. The value may contain further `=`. */
export function readMetadata(pairs: readonly string[], problems: Problem[], where = '--metadata') {
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

/** The command line that applies or signs a plan. @param plan the plan's file, whose name may begin like a flag */
export const planCommand = (
  verb: 'apply' | 'approve',
  plan: string,
  where?: Partial<ConnectionTexts>,
): string => commandLine(['batch', verb, plan.startsWith('-') ? `./${plan}` : plan], where);

/**
 * The note with the command line that repeats an interactive run without questions.
 * @param answers positionals that were asked for, in order; they follow the typed ones, and may begin like a flag
 * @param line the typed command line, as the runtime parsed it
 * @param flags options that were asked for, with their values
 */
export function answeredNote(
  answers: readonly string[],
  { typed, where }: AnsweredLine,
  flags: readonly string[] = [],
): { readonly text: string; readonly data: { readonly command: string } } {
  const isLast = typed.last.length > 0 || answers.some((answer) => answer.startsWith('-'));
  // Answers follow the typed words directly, because an option before an answer would take it as its value.
  const args = [...typed.start, ...(isLast ? [] : answers), ...flags, ...typed.options];
  const last = isLast ? ['--', ...typed.last.slice(1), ...answers] : [];
  const isSaid = (name: string): boolean => args.some((word) => word.split('=')[0] === `--${name}`);
  const unsaid = Object.entries(where).filter(([name]) => !isSaid(name));
  return withoutQuestions(commandLine(args, Object.fromEntries(unsaid), last));
}

interface AnsweredLine {
  readonly typed: Readonly<Record<'start' | 'options' | 'last', readonly string[]>>;
  readonly where: ConnectionTexts;
}

/** The note after an interactive run. @param command the command line that does the same without questions */
export const withoutQuestions = (command: string) => ({
  text: `To run this without questions:\n  ${command}`,
  data: { command },
});
