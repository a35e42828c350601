// Voids credits: the remaining credits of a block leave the balance, without revenue.
import { compare, isNegative, negate, smaller, subtract, zero } from '../../credits/exact.ts';
import { type Account, type Frame, namedBlock } from './account.ts';
import { type Entry, isRefusal, type Refusal, refuse, type VoidBlock } from './model.ts';

/**
 * Writes two entries: `void_initiated` moves the credits to a new block that ends now, and `void` takes them out of it.
 * Model: both follow at once; an amount beyond the remaining credits concerns used credits and leaves the balance
 * unchanged (contract: void). The answer is the first of the two.
 */
export function voidBlock(account: Account, command: VoidBlock, { posting, at }: Frame): Entry | Refusal {
  const source = namedBlock(account, command.blockId);
  if (isRefusal(source)) return source;
  // Model: credits voided or moved before count against the initial balance. No credit can be voided twice,
  // and moved credits can be voided in their new block.
  if (compare(command.amount, source.ceiling) > 0) {
    return refuse(
      'void-above-initial',
      `At most ${source.ceiling} credits of credit block ${source.id} can be voided. That is its initial balance less what was voided or moved before.`,
    );
  }
  const remaining = isNegative(source.balance) ? zero : source.balance;
  const moved = smaller(command.amount, remaining);
  posting.change(source, {
    balance: subtract(source.balance, moved),
    ceiling: subtract(source.ceiling, command.amount),
  });
  const ended = posting.create({
    ...source,
    id: posting.freshId(),
    balance: zero,
    initial: moved,
    ceiling: zero,
    expiresAt: at,
    source: 'manual',
  });
  const said = {
    description: command.description,
    metadata: command.metadata,
    voidAmount: command.amount,
    voidReason: command.reason,
  };
  const initiated = posting.write(at, {
    ...said,
    type: 'void_initiated',
    amount: remaining,
    block: source,
    newBlockExpiresAt: at,
    newBlockId: ended.id,
  });
  const effect = source.counted ? negate(moved) : zero;
  posting.write(at, { ...said, type: 'void', amount: moved, effect, block: ended, continues: true });
  return initiated;
}
