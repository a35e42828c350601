// Finds a write that no state of its block allows.
import { amountFromText, compare } from '../credits/amount.ts';
import type { CreditBlock } from '../credits/block.ts';
import { type JsonObject, numberText } from '../wire/json.ts';

/**
 * Why a write can never work, whatever was written before it: it moves more than its block was granted. A retry of a
 * write whose outcome is not known may look impossible in other ways, so those are left to the API.
 */
export function beyondBlock(body: JsonObject, blocks: readonly CreditBlock[]): string | undefined {
  const wanted = amountFromText(numberText(body.amount) ?? '');
  const block = blocks.find(({ id }) => id === body.block_id);
  const initial = block?.maximum_initial_balance ?? null;
  if (block === undefined || wanted === undefined || initial === null || compare(wanted, initial) <= 0)
    return undefined;
  return `${wanted} is more than the ${initial} granted in block ${block.id}; ${block.balance} are left`;
}
