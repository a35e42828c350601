// Takes credits from as many blocks as needed, in deduction order, and goes into debt if they do not suffice.
import {
  type Amount,
  add,
  type Instant,
  isZero,
  negate,
  smaller,
  subtract,
  zero,
} from '../../credits/exact.ts';
import type { Account, Frame } from './account.ts';
import type { Block, Decrement, Entry } from './model.ts';
import { debtBlock, type Posting } from './posting.ts';

interface Draw {
  readonly block: Block;
  readonly amount: Amount;
}

/** Writes one entry per block drawn from, in sequence; the answer is the last entry (Orb docs: deduction order). */
export function decrement(account: Account, command: Decrement, { posting, at }: Frame): Entry {
  const { draws, short } = drawUntilCovered(account, command.amount);
  const [first, ...rest] = isZero(short) ? draws : withDebt(draws, short, bearer(account, posting, at));
  if (first === undefined) throw new RangeError(`a decrement of ${command.amount} draws from nothing`);
  const post = ({ block, amount }: Draw, continues: boolean): Entry => {
    posting.change(block, { balance: subtract(block.balance, amount) });
    return posting.write(at, {
      type: 'decrement',
      amount,
      effect: negate(amount),
      block,
      continues,
      description: command.description,
      metadata: command.metadata,
    });
  };
  return rest.reduce((_, draw) => post(draw, true), post(first, false));
}

function drawUntilCovered(account: Account, wanted: Amount): { draws: Draw[]; short: Amount } {
  const draws: Draw[] = [];
  let short = wanted;
  for (const block of account.drawable()) {
    const amount = smaller(block.balance, short);
    draws.push({ block, amount });
    short = subtract(short, amount);
    if (isZero(short)) break;
  }
  return { draws, short };
}

/**
 * Model: the last block in deduction order goes negative, even if it is already depleted; without any block
 * a new one carries the debt (a choice of ours, see docs/embedded-ledger.md).
 */
function bearer(account: Account, posting: Posting, at: Instant): Block {
  for (const block of account.lastInOrder(at)) return block;
  return posting.create(debtBlock(posting.freshId(), { balance: zero, effectiveAt: at }));
}

/** Adds the debt to the bearer's draw, so that one entry holds both, and puts that draw last. */
function withDebt(draws: readonly Draw[], debt: Amount, block: Block): readonly Draw[] {
  const drawn = draws.find((draw) => draw.block.id === block.id);
  const others = draws.filter((draw) => draw !== drawn);
  return [...others, { block, amount: add(drawn?.amount ?? zero, debt) }];
}
