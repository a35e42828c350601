// The customers that the file names, each looked up once; those that are not there are kept with their rows.
import type { Customer } from '../../credits/customer.ts';
import { customerRefText } from '../../credits/customer-ref.ts';
import { CreditctlError, usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { type ExpectedCustomer, type FileRow, References } from './expected-rows.ts';

export interface FoundCustomer {
  readonly customer: Customer;
  readonly rows: readonly FileRow[];
}

/** Requests under way at a time. */
const width = 4;

/** Whom a message names at most. */
const namedMax = 5;

/**
 * Looks everybody up. Throws what the API fails with, and a `usage` error if one customer goes by both ids in the file
 * and has a reference under each.
 */
export async function foundCustomers(
  expected: readonly ExpectedCustomer[],
  connection: Connection,
): Promise<ExpectedCustomers> {
  const found = await mapConcurrently(expected, width, async ({ ref }): Promise<Customer | undefined> => {
    try {
      return (await connection.api.customer(ref)).record;
    } catch (error) {
      if (!(error instanceof CreditctlError) || error.kind !== 'not-found') throw error;
      return undefined;
    }
  });
  const byId = new Map<string, { readonly customer: Customer; readonly rows: FileRow[] }>();
  const unknown: ExpectedCustomer[] = [];
  const references = new References(() => 'currency');
  for (const [index, each] of expected.entries()) {
    const customer = found[index];
    if (customer === undefined) unknown.push(each);
    else {
      const problems = each.rows.flatMap((row) =>
        references
          .problems(customer.id, row)
          .map(({ where, problem }) => ({ where: `line ${row.line}: ${where}`, problem })),
      );
      if (problems.length > 0) throw usageError(problems);
      const known = byId.get(customer.id) ?? { customer, rows: [] };
      byId.set(customer.id, known);
      for (const row of each.rows) known.rows.push(row);
    }
  }
  return new ExpectedCustomers([...byId.values()], unknown);
}

export class ExpectedCustomers {
  readonly found: readonly FoundCustomer[];
  readonly unknown: readonly ExpectedCustomer[];

  constructor(found: readonly FoundCustomer[], unknown: readonly ExpectedCustomer[]) {
    this.found = found;
    this.unknown = unknown;
  }

  /** @param out the plan that was asked for, and is not written */
  unknownError(out: string | undefined): CreditctlError {
    const names = this.unknown.map(
      ({ ref, rows }) => `${customerRefText(ref)} (line ${rows[0]?.line ?? '?'})`,
    );
    const more = names.length > namedMax ? ` and ${names.length - namedMax} more` : '';
    const plan = out === undefined ? '' : '; no plan was written';
    return new CreditctlError(
      'not-found',
      `There is no such customer: ${names.slice(0, namedMax).join(', ')}${more}${plan}`,
      { applied: 'no', next: ['Search: creditctl customers search <text>'] },
    );
  }
}
