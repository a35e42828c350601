// Finding the block that a command names.
import type { Account } from './account.ts';
import { type Block, type Refusal, refuse } from './model.ts';

/** The block of this ledger with that id; one of another customer is as unknown as one that never was. */
export function namedBlock(account: Account, id: string): Block | Refusal {
  const block = account.block(id);
  if (block === undefined) {
    return refuse('block-unknown', `Could not find a resource of type CreditBlock with identifier: ${id}.`);
  }
  if (block === 'other-currency') {
    return refuse(
      'block-of-other-currency',
      `Credit block ${id} is not denominated in ${account.head.currency}.`,
    );
  }
  return block;
}
