// Changes when credits expire, by moving them to a new block with the target expiry.
import { compare, formatInstant, isPositive, subtract } from '../../credits/exact.ts';
import { type Account, type Frame, namedBlock } from './account.ts';
import {
  type Block,
  type Entry,
  type ExpirationChange,
  isExpired,
  isRefusal,
  type Refusal,
  refuse,
} from './model.ts';

/**
 * Moves credits to a new block that copies the source's effective date, cost basis and filters (contract: expiration_change).
 * A target in the past is allowed; the new block then expires at once.
 */
export function expirationChange(
  account: Account,
  command: ExpirationChange,
  { posting, at }: Frame,
): Entry | Refusal {
  const source = sourceBlock(account, command);
  if (isRefusal(source)) return source;
  if (isExpired(source, at)) return refuse('block-expired', `Credit block ${source.id} has expired.`);
  // The target day is on or after the effective day exactly if it ends after the effective date.
  if (source.effectiveAt >= command.target.endsAt) {
    return refuse(
      'target-before-effective',
      `The target expiry date must be on or after the block's effective date, ${formatInstant(source.effectiveAt)}.`,
    );
  }
  const amount = command.amount ?? source.balance;
  if (!isPositive(source.balance))
    return refuse('balance-insufficient', `Credit block ${source.id} has no credits left.`);
  if (compare(amount, source.balance) > 0) {
    return refuse(
      'balance-insufficient',
      `Credit block ${source.id} holds ${source.balance} credits, fewer than the ${amount} to be moved.`,
    );
  }
  posting.change(source, {
    balance: subtract(source.balance, amount),
    ceiling: subtract(source.ceiling, amount),
  });
  const moved = posting.create({
    ...source,
    id: posting.freshId(),
    balance: amount,
    initial: amount,
    ceiling: amount,
    expiresAt: command.target.startsAt,
    source: 'manual',
  });
  return posting.write(at, {
    type: 'expiration_change',
    amount,
    block: source,
    description: command.description,
    metadata: command.metadata,
    newBlockExpiresAt: moved.expiresAt,
    newBlockId: moved.id,
  });
}

/** The source block by id, by expiry date, or the only block that never expires (a choice of ours, see docs/embedded-ledger.md). */
function sourceBlock(account: Account, { blockId, expiresAt }: ExpirationChange): Block | Refusal {
  if (blockId !== null) {
    const block = namedBlock(account, blockId);
    if (isRefusal(block) || expiresAt === null || block.expiresAt === expiresAt) return block;
    return refuse(
      'source-expiry-differs',
      `Credit block ${blockId} does not expire at ${formatInstant(expiresAt)}.`,
    );
  }
  const which = expiresAt === null ? 'never expires' : `expires at ${formatInstant(expiresAt)}`;
  const [only, second] = account.holdingCredits(expiresAt);
  if (only === undefined)
    return refuse('source-missing', `No credit block that holds credits ${which}; name one by block_id.`);
  if (second !== undefined)
    return refuse('source-ambiguous', `More than one credit block ${which}; name one by block_id.`);
  return only;
}
