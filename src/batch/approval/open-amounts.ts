// Rows that leave their credits to the API: what the plan says of them is looked up before anybody signs.
import { compare } from '../../credits/amount.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Plan } from '../plan/plan-reader.ts';

/** The number of the first row that leaves its credits to the API; `undefined` if each says how many. */
export async function firstOpenAmount(plan: Plan): Promise<number | undefined> {
  for await (const { row, moves } of plan.rows()) if (moves !== undefined) return row;
  return undefined;
}

/** Throws a `refused` error if a block does not hold what the plan says that its row moves. */
export async function checkOpenAmounts(plan: Plan, { api }: Connection): Promise<void> {
  for await (const { row, line, moves, request } of plan.rows()) {
    if (moves === undefined) continue;
    const { block_id: block } = request.body;
    if (typeof block !== 'string') throw wrong(row, line, 'names neither a block nor an amount');
    const { balance } = (await api.block(block)).record;
    if (compare(balance, moves) !== 0)
      throw wrong(row, line, `moves all that its block holds, which is ${balance} and not ${moves}`);
  }
}

const wrong = (row: number, line: number, what: string): CreditctlError =>
  new CreditctlError('refused', `Row ${row} (line ${line}) ${what}; nothing was signed`, {
    applied: 'no',
    next: ['Plan again, with an amount in that row'],
  });
