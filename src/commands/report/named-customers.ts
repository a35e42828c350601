// Reads which customers a report is about: arguments, a column of a CSV file, or none, which means all.
import { noteReadAs } from '../../batch/input/batch-file.ts';
import { type CustomerColumns, customerColumnsIn } from '../../batch/input/csv-header.ts';
import { csvRecords } from '../../batch/input/csv-records.ts';
import { readDelimiter } from '../../batch/input/text-form.ts';
import { type CustomerRef, customerRefKey, isPathSegment, parseCustomerRef } from '../../credits/customer.ts';
import { visible } from '../../credits/text.ts';
import { type Problem, usageError, usageErrorAt } from '../../errors.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/command-args.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** Reads any number of customers from arguments, or one from a flag: each once, in the order of their first mention. */
export function customersInArgs(args: readonly string[], flags: CustomerFlags) {
  const { customer, rest, problems } = readCustomerArgument(args, flags, Number.POSITIVE_INFINITY);
  if (customer === undefined) return { customers: [], problems };
  const others = rest.map((word) => parseCustomerRef(word) ?? word);
  const wrong = others.filter((each): each is string => typeof each === 'string');
  const refs = others.filter((each): each is CustomerRef => typeof each !== 'string');
  return {
    customers: distinct([customer, ...refs]),
    problems: wrong.map((word) => ({
      where: '<customer>',
      problem: `is not a valid id: "${visible(word)}"`,
    })),
  };
}

const flag = '--from';

/** Most problems of rows that a message names. */
const namedMax = 20;

/** Flags of a CSV file that names customers. */
export interface CustomerFileFlags {
  readonly from?: string;
  /** The delimiter between the cells of the file. */
  readonly delimiter?: string;
}

/** The delimiter, or the problems of these flags. Read before the file. */
export function delimiterOf({ from, delimiter }: CustomerFileFlags): {
  readonly delimiter?: string;
  readonly problems: readonly Problem[];
} {
  if (delimiter === undefined) return { problems: [] };
  if (from === undefined) return { problems: [{ where: '--delimiter', problem: 'needs --from' }] };
  const reading = readDelimiter(delimiter);
  if ('delimiter' in reading) return { delimiter: reading.delimiter, problems: [] };
  return { problems: [{ where: '--delimiter', problem: reading.problem }] };
}

/**
 * Reads the customers of a CSV file, which may have other columns; empty without a file. Throws a `usage` error that
 * names the wrong column or lines.
 */
export async function customersInFile(
  { from, delimiter }: { readonly from: string | undefined; readonly delimiter: string | undefined },
  runtime: Runtime,
): Promise<readonly CustomerRef[]> {
  if (from === undefined) return [];
  const text = await runtime.readText(from, flag);
  const customers: CustomerRef[] = [];
  const problems: Problem[] = [];
  let columns: CustomerColumns | undefined;
  for await (const record of csvRecords(bytesOf(text), delimiter)) {
    const place = `${flag} line ${record.line}`;
    if ('problem' in record) problems.push({ where: place, problem: record.problem });
    else if (columns === undefined) {
      columns = customerColumnsIn(record.source as readonly string[]);
      if (columns.problems.length > 0)
        throw usageError(columns.problems.map(({ problem }) => ({ where: flag, problem })));
      noteReadAs(columns, runtime);
    } else {
      const customer = customerIn(record.source as readonly string[], columns);
      if (typeof customer === 'string') problems.push({ where: place, problem: customer });
      else customers.push(customer);
    }
  }
  if (problems.length > 0) throw usageError(firstOf(problems));
  if (columns === undefined) throw usageErrorAt(flag, 'is empty');
  if (customers.length === 0) throw usageErrorAt(flag, 'names no customer');
  return distinct(customers);
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function firstOf(problems: readonly Problem[]): readonly Problem[] {
  const more = problems.length - namedMax;
  if (more <= 0) return problems;
  return [...problems.slice(0, namedMax), { where: flag, problem: `has ${more} more lines that are wrong` }];
}

/** The customer of a row, or the problem of the row. */
function customerIn(cells: readonly string[], { external, id }: CustomerColumns): CustomerRef | string {
  const byExternal = external === undefined ? '' : (cells[external] ?? '');
  const byId = id === undefined ? '' : (cells[id] ?? '');
  const ref: CustomerRef =
    byExternal.trim() === '' ? { by: 'id', id: byId } : { by: 'external', id: byExternal };
  if (ref.id.trim() === '') return 'has no customer';
  return isPathSegment(ref.id) ? ref : `has an id that is not valid: "${visible(ref.id)}"`;
}

const distinct = (refs: readonly CustomerRef[]): readonly CustomerRef[] => [
  ...new Map(refs.map((ref) => [customerRefKey(ref), ref])).values(),
];
