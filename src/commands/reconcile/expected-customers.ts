// The customers that the file names, each looked up once; those that are not there are kept with their rows.
import { type Customer, customerRefText } from '../../credits/customer.ts';
import { type CreditctlError, notApplied, unlessGone, usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { type ExpectedCustomer, type FileRow, References } from './expected-rows.ts';
import type { KeptRows } from './kept-rows.ts';

export interface FoundCustomer {
  readonly customer: Customer;
  /** The numbers of the rows, as they are kept. */
  readonly rows: readonly number[];
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
  { connection, kept }: { readonly connection: Connection; readonly kept: KeptRows<FileRow> },
): Promise<ExpectedCustomers> {
  const found = await mapConcurrently(expected, width, ({ ref }) =>
    unlessGone(async () => (await connection.api.customer(ref)).record),
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

/** Of one customer: under each id alone, none comes twice. */
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

  /** @param out the plan that was asked for, and is not written */
  unknownError(out: string | undefined): CreditctlError {
    const names = this.unknown.map(({ ref, line }) => `${customerRefText(ref)} (line ${line})`);
    const more = names.length > namedMax ? ` and ${names.length - namedMax} more` : '';
    const plan = out === undefined ? '' : '; no plan was written';
    return notApplied(
      'not-found',
      `There is no such customer: ${names.slice(0, namedMax).join(', ')}${more}${plan}`,
      ['Search: creditctl customers search <text>'],
    );
  }
}
