// Decides a command on an account at an instant: returns entries and block changes, or a named refusal.
import { amount } from '../../credits/exact.ts';
import { type Account, type Frame, settleBlocks, wrongCurrency } from './account.ts';
import { amendment } from './amendment.ts';
import { decrement } from './decrement.ts';
import { expirationChange } from './expiration-change.ts';
import { increment } from './increment.ts';
import { type Command, type Entry, isRefusal, type Refusal } from './model.ts';
import { type Clock, ledgerTime, type Movement, Posting } from './posting.ts';
import { shapeRefusals } from './shape.ts';
import { voidBlock } from './void-block.ts';

export interface Decision extends Movement {
  /** The one entry that the API answers with. */
  readonly answer: Entry;
}

/**
 * Decides one command. Refusals take precedence in the order of `refusals`; after the last check nothing can fail.
 * @param now the clock; the decision is dated by the ledger's own time, see `ledgerTime`
 */
export function decide(account: Account, command: Command, { now, freshId }: Clock): Decision | Refusal {
  const refusal = shapeRefusals(shapeOf(command))[0] ?? wrongCurrency(account);
  if (refusal !== undefined) return refusal;
  const at = ledgerTime(account.head, now);
  const posting = new Posting(account.head, freshId);
  const answer = dispatch(account, command, { posting, at });
  if (isRefusal(answer)) return answer;
  // A new block may have an expiry in the past, so it can be due at once.
  const due = posting.created.map((block, ordinal) => ({ block, ordinal }));
  const replenishment = account.replenishment();
  replenishment?.after(posting, at);
  settleBlocks(posting, { due, until: at, replenishment });
  return { ...posting.movement(), answer };
}

function dispatch(account: Account, command: Command, frame: Frame): Entry | Refusal {
  switch (command.type) {
    case 'increment':
      return increment(account, command, frame);
    case 'decrement':
      return decrement(account, command, frame);
    case 'expiration_change':
      return expirationChange(account, command, frame);
    case 'void':
      return voidBlock(account, command, frame);
    case 'amendment':
      return amendment(account, command, frame);
  }
}

function shapeOf(command: Command) {
  const costBasis =
    command.type === 'increment' && command.costBasis !== null ? amount(command.costBasis) : null;
  const invoiced = command.type === 'increment' && command.invoice !== null;
  return { amount: command.amount, costBasis, invoiced };
}
