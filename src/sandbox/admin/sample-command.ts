// Chooses the next command in a sample ledger: mostly deductions, sometimes a grant, rarely a void.
import { type Amount, amount, type Instant, smaller, wholeSeconds } from '../../credits/exact.ts';
import type { Command } from '../ledger/model.ts';
import type { Chance } from '../ledger/seeded-chance.ts';
import type { SeededAccount } from './seeded-account.ts';

const day = 86_400_000;
const lifetimes = [30, 90, 90, 365, 365, null] as const;
const reasons = [
  'Monthly grant',
  'Trial credits',
  'Promotion',
  'Goodwill after an incident',
  'Contract renewal',
];

interface Moment {
  readonly at: Instant;
  /** The most entries that the command may create. */
  readonly left: number;
  /** The average time until the next entry, in milliseconds. */
  readonly pace: number;
  readonly chance: Chance;
}

/** Never creates a debt, and never more entries than are left. */
export function nextCommand(account: SeededAccount, moment: Moment): Command {
  const { left, chance } = moment;
  const { openBlocks, nextBlock } = account;
  const kind = chance();
  if (openBlocks === 0 || openBlocks > left || (openBlocks < 8 && kind < 0.06)) return grant(moment);
  if (kind > 0.99 && left >= 2 && nextBlock !== undefined) {
    const size = smaller(sizeOf(chance, 50), nextBlock.balance);
    return {
      ...said('Voided by support'),
      type: 'void',
      amount: size,
      blockId: nextBlock.id,
      reason: 'refund',
    };
  }
  return { ...said(null), type: 'decrement', amount: smaller(sizeOf(chance, 120), account.head.balance) };
}

function grant(moment: Moment): Command {
  const { chance } = moment;
  return {
    ...said(pick(reasons, chance)),
    type: 'increment',
    amount: amount(String(100 * (1 + Math.floor(chance() ** 3 * 50)))),
    effectiveAt: null,
    expiresAt: expiryOf(moment),
    costBasis: null,
    filters: [],
    invoice: null,
  };
}

/** Some grants are so short that they lapse before they are used up, at any pace. */
function expiryOf({ at, pace, chance }: Moment): Instant | null {
  if (chance() < 0.4) return wholeSeconds(at + 1000 + pace * (5 + 10 * chance()));
  const days = pick(lifetimes, chance);
  return days === null ? null : Math.floor(at / day) * day + days * day;
}

const said = (description: string | null) => ({ description, metadata: {} });

/** A size from 0.01 to about `most`, with two decimals; small sizes are more frequent. */
function sizeOf(chance: Chance, most: number): Amount {
  return amount((chance() ** 2 * most + 0.01).toFixed(2));
}

function pick<T>(from: readonly T[], chance: Chance): T {
  const found = from[Math.floor(chance() * from.length)];
  if (found === undefined) throw new RangeError('nothing to pick from');
  return found;
}
