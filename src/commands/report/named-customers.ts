// The customers that a report is about: words of the command line, a column of a CSV file, or none, which means all.

import { type CustomerColumns, customerColumnsIn } from '../../batch/input/csv-header.ts';
import { csvRecords } from '../../batch/input/csv-records.ts';
import { type CustomerRef, customerRefKey, isPathSegment, parseCustomerRef } from '../../credits/customer.ts';
import { visible } from '../../credits/text.ts';
import { type Problem, usageError } from '../../errors.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/command-words.ts';

export interface NamedCustomers {
  /** Each once, in the order in which they are named. */
  readonly customers: readonly CustomerRef[];
  readonly problems: readonly Problem[];
}

/** Any number of customers as words, or one as a flag. */
export function customersInWords(words: readonly string[], flags: CustomerFlags): NamedCustomers {
  const { customer, rest, problems } = readCustomerArgument(words, flags, Number.POSITIVE_INFINITY);
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

/** As many problems of rows as are named. */
const namedMax = 20;

/** A CSV file that names customers, and how. */
export interface CustomerFile {
  readonly text: string;
  /** The flag that named it. */
  readonly flag: string;
  /** Between its cells, if that was said. */
  readonly delimiter: string | undefined;
  /** Called where a column is read as one of another name, so that a person learns of it. */
  readonly onReadAs: (columns: Pick<CustomerColumns, 'readAs'>) => void;
}

/**
 * The customers of a CSV file, whatever other columns it has. Throws a `usage` error that names the column or the
 * lines that are wrong.
 */
export async function customersInCsv(file: CustomerFile): Promise<readonly CustomerRef[]> {
  const { text, flag, delimiter, onReadAs } = file;
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
      onReadAs(columns);
    } else {
      const customer = customerIn(record.source as readonly string[], columns);
      if (typeof customer === 'string') problems.push({ where: place, problem: customer });
      else customers.push(customer);
    }
  }
  if (problems.length > 0) throw usageError(firstOf(problems, flag));
  if (columns === undefined) throw usageError([{ where: flag, problem: 'is empty' }]);
  if (customers.length === 0) throw usageError([{ where: flag, problem: 'names no customer' }]);
  return distinct(customers);
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function firstOf(problems: readonly Problem[], flag: string): readonly Problem[] {
  const more = problems.length - namedMax;
  if (more <= 0) return problems;
  return [...problems.slice(0, namedMax), { where: flag, problem: `has ${more} more lines that are wrong` }];
}

/** A row's customer, or what is wrong with it. */
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
