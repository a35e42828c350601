// Returns credits to a block that a decrement took them from.
import { add, compare, subtract } from '../../credits/exact.ts';
import { type Account, type Frame, namedBlock } from './account.ts';
import { type Amendment, type Entry, isExpired, isRefusal, type Refusal, refuse } from './model.ts';

/** Returns credits to the block they were decremented from, up to its initial balance (contract: amendment). */
export function amendment(account: Account, command: Amendment, { posting, at }: Frame): Entry | Refusal {
  const block = namedBlock(account, command.blockId);
  if (isRefusal(block)) return block;
  // Model: credits returned to an expired block would lapse at once, so the amendment is refused (a choice of ours, see docs/embedded-ledger.md).
  if (isExpired(block, at)) return refuse('block-expired', `Credit block ${block.id} has expired.`);
  // Model: an amendment reverses only decrements of the block, or credits could come from nowhere;
  // it does not reverse decrements of credits that were voided since.
  const returnable = subtract(block.ceiling, block.balance);
  if (compare(command.amount, returnable) > 0) {
    return refuse(
      'amendment-above-decremented',
      `At most ${returnable} credits can be returned to credit block ${block.id}. It can take back only what decrements took from it.`,
    );
  }
  posting.change(block, { balance: add(block.balance, command.amount) });
  return posting.write(at, {
    type: 'amendment',
    amount: command.amount,
    effect: command.amount,
    block,
    description: command.description,
    metadata: command.metadata,
  });
}
