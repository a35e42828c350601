// Moves usage that no block held credits for to a block granted later, if that block was effective in time.
import { type Amount, add, isPositive, negate, smaller, subtract, zero } from '../../credits/exact.ts';
import type { Account, Frame } from './account.ts';
import type { Block } from './model.ts';
import { coversDay } from './usage.ts';

/**
 * Moves debts of usage to a block that has just been granted, the oldest usage first (Orb docs: spend management).
 * Model: credits granted for the past take over the overage of days that they cover, by an amendment of the block in
 * debt and a decrement of the new one. Usage that a block had credits for stays paid, and no earlier entry changes.
 */
export function coverOverage(account: Account, granted: Block, { posting, at }: Frame): void {
  if (!granted.counted || granted.effectiveAt >= at) return;
  const relief = new Map<string, { readonly bearer: Block; readonly by: Amount }>();
  let left = granted.balance;
  for (const { sequence, bearer, amount, ...kind } of account.overage(granted.effectiveAt)) {
    if (!isPositive(left)) break;
    if (!coversDay(granted, kind)) continue;
    const relieved = relief.get(bearer.id)?.by ?? zero;
    const debt = negate(add(bearer.balance, relieved));
    const by = smaller(smaller(debt, amount), left);
    if (!isPositive(by)) continue;
    posting.cover({ sequence, by });
    relief.set(bearer.id, { bearer, by: add(relieved, by) });
    left = subtract(left, by);
  }
  const description = 'Usage covered by a later grant';
  for (const { bearer, by } of relief.values()) {
    posting.change(bearer, { balance: add(bearer.balance, by) });
    posting.write(at, {
      type: 'amendment',
      amount: by,
      effect: by,
      block: bearer,
      description,
      continues: true,
    });
  }
  const taken = subtract(granted.balance, left);
  if (!isPositive(taken)) return;
  posting.change(granted, { balance: left });
  posting.write(at, {
    type: 'decrement',
    amount: taken,
    effect: negate(taken),
    block: granted,
    description,
    continues: true,
  });
}
