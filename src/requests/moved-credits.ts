// Adds up the credits that entries move, by currency and entry type; shows the sums as text and as JSON. Pure.

import { defaultCurrency, unitAfter } from '../credits/customer.ts';
import { type Amount, add, amountFromText, compare, isZero, zero } from '../credits/exact.ts';
import { type JsonObject, jsonNumber, numberText } from '../wire/json.ts';
import type { ApiRequest } from './request.ts';

/** The ways in which entries move credits, in display order. */
export const movements = ['granted', 'used', 'expiry_changed', 'voided', 'given_back'] as const;

export type Movement = (typeof movements)[number];

/** Credits of one currency; `expiry_changed` counts credits that moved to a block with another expiry. */
export interface MovedCredits extends Readonly<Record<Movement, Amount>> {
  readonly currency: string;
  readonly rows: number;
}

export const noneMoved = {
  rows: 0,
  granted: zero,
  used: zero,
  expiry_changed: zero,
  voided: zero,
  given_back: zero,
};

const byType: Readonly<Record<string, Movement>> = {
  increment: 'granted',
  decrement: 'used',
  expiration_change: 'expiry_changed',
  void: 'voided',
  amendment: 'given_back',
};

/** @param body of the request that creates an entry */
export const movementOf = ({ entry_type: type }: JsonObject): Movement => byType[String(type)] ?? 'granted';

/** A request; if its body names no amount, `moved` is the amount: all credits that its block held. */
type MovingRequest = Pick<ApiRequest, 'body'> & { readonly moved?: string | undefined };

/** Adds a request to the sums of its currency; returns the larger of its amount and `largest`. */
export function addMoved(
  { body = {}, moved = '0' }: MovingRequest,
  sums: Map<string, MovedCredits>,
  largest: Amount,
): Amount {
  const currency = typeof body.currency === 'string' ? body.currency : defaultCurrency;
  const sum = sums.get(currency) ?? { currency, ...noneMoved };
  const name = movementOf(body);
  const amount = amountFromText(numberText(body.amount) ?? moved) ?? zero;
  sums.set(currency, { ...sum, rows: sum.rows + 1, [name]: add(sum[name], amount) });
  return compare(amount, largest) > 0 ? amount : largest;
}

/** Adds the sums of two maps, by currency. */
export function joinedMoves(
  some: ReadonlyMap<string, MovedCredits>,
  more: ReadonlyMap<string, MovedCredits>,
): ReadonlyMap<string, MovedCredits> {
  const all = new Map(some);
  for (const [currency, sums] of more) {
    const sum = all.get(currency) ?? { currency, ...noneMoved };
    const moved = movements.map((name) => [name, add(sum[name], sums[name])] as const);
    all.set(currency, { ...sum, rows: sum.rows + sums.rows, ...Object.fromEntries(moved) });
  }
  return all;
}

/** `granted 1000, used 20 credits` */
export const movedText = (all: readonly MovedCredits[]): string =>
  sumsText(all, (name) => name.replaceAll('_', ' '));

/** The credits that a plan is still to move: `grant 1000, use 20 credits` */
export const toMoveText = (all: readonly MovedCredits[]): string => sumsText(all, (name) => toMove[name]);

const toMove: Readonly<Record<Movement, string>> = {
  granted: 'grant',
  used: 'use',
  expiry_changed: 'change the expiry of',
  voided: 'void',
  given_back: 'give back',
};

function sumsText(all: readonly MovedCredits[], wordOf: (name: Movement) => string): string {
  return all
    .map(({ currency, ...sums }) => {
      const moved = movements.filter((name) => !isZero(sums[name]));
      const last = moved.at(-1);
      const sum = moved.map((name) => `${wordOf(name)} ${sums[name]}`).join(', ');
      return last === undefined ? '' : `${sum} ${unitAfter(sums[last], currency)}`;
    })
    .filter((text) => text !== '')
    .join('; ');
}

export function movedDocument(sums: MovedCredits): JsonObject {
  return { ...sums, ...Object.fromEntries(movements.map((name) => [name, jsonNumber(sums[name])])) };
}
