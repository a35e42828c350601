// "Which block?": the customer's blocks with balance, expiry and cost basis, those that fit the purpose.
import { isNegative, isPositive, subtract } from '../credits/amount.ts';
import type { CreditBlock } from '../credits/block.ts';
import { dateAt } from '../credits/calendar.ts';
import type { CreatableEntryType } from '../credits/entry.ts';
import { type Instant, parseInstant } from '../credits/instant.ts';
import { CreditctlError } from '../errors.ts';
import { distance } from '../views/distance.ts';
import type { Choice, Prompter } from './prompter.ts';

/** @param type what shall be done with the block */
export async function askBlock(
  prompter: Prompter,
  blocks: readonly CreditBlock[],
  { type, now, zone }: { type: CreatableEntryType; now: Instant; zone: string },
): Promise<CreditBlock> {
  const fitting = blocks.filter((block) => fits(block, type));
  if (fitting.length === 0) {
    throw new CreditctlError('failure', `The customer has no block that fits: ${purposes[type]}`, {
      applied: 'no',
    });
  }
  return prompter.choose({
    message: 'Block',
    choices: fitting.map((block) => blockChoice(block, { now, zone })),
  });
}

const purposes: Readonly<Record<CreatableEntryType, string>> = {
  increment: 'an increment makes a block of its own',
  decrement: 'a decrement chooses its blocks itself',
  expiration_change: 'only credits that are left can change their expiry',
  void: 'only a block with credits left is offered to void; name another with --block',
  amendment: 'only a block that credits were taken from can get them back',
};

function fits(block: CreditBlock, type: CreatableEntryType): boolean {
  if (type !== 'amendment') return isPositive(block.balance);
  return (
    block.maximum_initial_balance !== null &&
    isNegative(subtract(block.balance, block.maximum_initial_balance))
  );
}

/** @param zone the customer's, in whose days expiries are told */
export function blockChoice(
  block: CreditBlock,
  { now, zone }: { now: Instant; zone: string },
): Choice<CreditBlock> {
  const { id, balance, maximum_initial_balance: initial, expiry_date, per_unit_cost_basis } = block;
  const left = initial === null ? balance : `${balance} of ${initial}`;
  const status = block.status === 'active' ? '' : `  ${block.status}`;
  return {
    name: `${id}  ${left} left  ${expiryText(expiry_date, { now, zone })}${status}`,
    value: block,
    hint: `cost basis ${per_unit_cost_basis ?? 'none'} · source ${block.credit_block_source}`,
  };
}

function expiryText(expiry: string | null, { now, zone }: { now: Instant; zone: string }): string {
  const at = expiry === null ? undefined : parseInstant(expiry);
  return expiry === null || at === undefined
    ? 'never expires'
    : `expires ${dateAt(at, zone)} (${distance(at, now)})`;
}
