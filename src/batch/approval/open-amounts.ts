// Rows that leave their credits to the API: what the plan says of them is looked up before it counts.
import { compare } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { PlanRow } from '../plan/plan-lines.ts';

/**
 * Throws a `refused` error if a block does not hold what the plan says that its row moves.
 * @param undone what was not done then: `nothing was signed`
 */
export async function checkOpenAmounts(
  rows: AsyncIterable<PlanRow> | Iterable<PlanRow>,
  { api }: Pick<Connection, 'api'>,
  undone: string,
): Promise<void> {
  for await (const { row, line, moves, request } of rows) {
    if (moves === undefined) continue;
    const wrong = (what: string): CreditctlError =>
      notAsPlanned(`Row ${row} (line ${line}) ${what}; ${undone}`);
    const { block_id: block } = request.body;
    if (typeof block !== 'string') throw wrong('names neither a block nor an amount');
    const { balance } = (await api.block(block)).record;
    if (compare(balance, moves) !== 0)
      throw wrong(`moves all that its block holds, which is ${balance} and not ${moves}`);
  }
}

const notAsPlanned = (text: string): CreditctlError =>
  new CreditctlError('refused', text, {
    applied: 'no',
    next: ['Plan again, with an amount in that row'],
  });
