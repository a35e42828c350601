// Looks up each customer that the file names once, and keeps the rows of customers that do not exist.
import { type Customer, customerRefText } from '../../credits/customer.ts';
import { type CreditctlError, customerSearch, notApplied, unlessAbsent, usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { type ExpectedCustomer, type FileRow, References } from './expected-rows.ts';
import type { KeptRows } from './kept-rows.ts';

export interface FoundCustomer {
  readonly customer: Customer;
  /** Numbers of the rows in `KeptRows`. */
  readonly rows: readonly number[];
}

/** Concurrent requests. */
const width = 4;

/** Most customers that a message names. */
const namedMax = 5;

/**
 * Looks up every customer. Throws the API's errors, and a `usage` error if one customer goes by both ids in the file
 * and has a reference under each.
 */
export async function foundCustomers(
  expected: readonly ExpectedCustomer[],
  { connection, kept }: { readonly connection: Connection; readonly kept: KeptRows<FileRow> },
): Promise<ExpectedCustomers> {
  const found = await mapConcurrently(expected, width, ({ ref }) =>
    unlessAbsent(async () => (await connection.api.customer(ref)).record),
  );
  const byId = new Map<string, { readonly customer: Customer; rows: readonly number[] }>();
  const unknown: ExpectedCustomer[] = [];
  for (const [index, each] of expected.entries()) {
    const customer = found[index];
    const known = customer === undefined ? undefined : byId.get(customer.id);
    if (customer === undefined) unknown.push(each);
    else if (known === undefined) byId.set(customer.id, { customer, rows: each.rows });
    else {
      known.rows = [...known.rows, ...each.rows];
      checkReferences(kept.read(known.rows));
    }
  }
  return new ExpectedCustomers([...byId.values()], unknown);
}

/** Finds references that one customer has under both ids. Under each id alone, every reference is unique. */
function checkReferences(rows: readonly FileRow[]): void {
  const references = new References(() => 'currency');
  const problems = rows.flatMap((row) =>
    references
      .problems('', row)
      .map(({ where, problem }) => ({ where: `line ${row.line}: ${where}`, problem })),
  );
  if (problems.length > 0) throw usageError(problems);
}

export class ExpectedCustomers {
  readonly found: readonly FoundCustomer[];
  readonly unknown: readonly ExpectedCustomer[];

  constructor(found: readonly FoundCustomer[], unknown: readonly ExpectedCustomer[]) {
    this.found = found;
    this.unknown = unknown;
  }

  /** @param out file of the plan, which is not written */
  unknownError(out: string | undefined): CreditctlError {
    const names = this.unknown.map(({ ref, line }) => `${customerRefText(ref)} (line ${line})`);
    const more = names.length > namedMax ? ` and ${names.length - namedMax} more` : '';
    const plan = out === undefined ? '' : '; no plan was written';
    return notApplied(
      'not-found',
      `There is no such customer: ${names.slice(0, namedMax).join(', ')}${more}${plan}`,
      this.unknown.slice(0, 1).map(({ ref }) => customerSearch(customerRefText(ref))),
    );
  }
}
