// Describes the effect of an entry, in words and figures, before it is written.

import { startOfDayIn } from '../credits/calendar.ts';
import {
  type CreditBlock,
  type Customer,
  type CustomerRef,
  customerRefText,
  defaultCurrency,
  unitAfter,
} from '../credits/customer.ts';
import { compare, groupedDigits } from '../credits/exact.ts';
import { CreditctlError, repetition } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import type { BlockPurpose } from '../requests/block-purpose.ts';
import { amountIn, type Effect, effectOf, mayTakeMoreThanLeft } from '../requests/prediction.ts';
import { type JsonObject, numberText } from '../wire/json.ts';
import { blocksWith } from './customer.ts';

/** The ledger that an entry goes to. */
export interface EntryTarget {
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

/** Predicts the effect of an entry. Fetches the customer's zone and currency if the caller does not know them. */
export async function predictEntry(
  body: JsonObject,
  known: Pick<Customer, 'timezone' | 'currency'> | undefined,
  { connection, customer }: EntryTarget,
): Promise<Prediction> {
  const asked = known === undefined ? (await connection.api.customer(customer)).record : undefined;
  const { timezone: zone, currency: money } = known ?? asked ?? { timezone: 'UTC', currency: null };
  const blocks = await blocksWith(connection, customer, {
    currency: textIn(body, 'currency'),
    id: textIn(body, 'block_id'),
  });
  const effect = effectOf(body, {
    blocks,
    now: connection.now(),
    startOfDay: startOfDayIn(zone),
    money,
  });
  return { effect, zone, money, name: asked?.name, impossible: beyondBlock(body, blocks) };
}

interface EntryOf {
  readonly customer: CustomerRef;
  readonly purpose?: BlockPurpose | 'undo' | undefined;
}

/** The title and the question of a `PlannedWrite` for an entry. @param of.name the customer's name, if known */
export const entryWording = (
  body: JsonObject,
  { name: known, ...of }: EntryOf & { readonly name: string | undefined },
) => ({
  title: entryTitle(body, of),
  question: (name: string | undefined) => `${entryTitle(body, of, { name: known ?? name })}?`,
});

/**
 * The effect of an entry in one line: "Grant 100 credits to acme".
 * @param asked set for a question to a person: adds the customer's name, if known, and groups digits
 */
function entryTitle(
  body: JsonObject,
  { customer, purpose }: EntryOf,
  asked?: { readonly name: string | undefined },
): string {
  const number = numberText(body.amount);
  const amount = number === undefined || asked === undefined ? number : groupedDigits(number);
  const credits = `${amount ?? 'all'} ${unitAfter(amount ?? 'all', textIn(body, 'currency') ?? defaultCurrency)}`;
  const ref = customerRefText(customer);
  const who = asked?.name === undefined || asked.name === ref ? ref : `${ref} (${asked.name})`;
  const block = textIn(body, 'block_id');
  const inBlock = block === undefined ? '' : ` in block ${block}`;
  switch (body.entry_type) {
    case 'increment':
      return `Grant ${credits} to ${who}`;
    case 'decrement':
      return `Use ${credits} of ${who}`;
    case 'expiration_change':
      if (purpose === 'undo')
        return `Change the expiry of ${credits}${inBlock} of ${who} back to ${String(body.target_expiry_date)}`;
      return purpose === 'extend'
        ? `Extend ${credits}${inBlock} of ${who} to ${String(body.target_expiry_date)}`
        : `Expire ${credits}${inBlock} of ${who} on ${String(body.target_expiry_date)}`;
    case 'void':
      return `Void ${credits} of ${who}${inBlock}`;
    default:
      return `Give ${credits} back to ${who}${inBlock}`;
  }
}

function textIn(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

export interface Prediction {
  readonly effect: Effect;
  readonly zone: string;
  /** The customer's currency; `null` if the customer has none yet. */
  readonly money: string | null;
  /** The customer's name, if the prediction fetched the customer. */
  readonly name?: string | undefined;
  /** The reason why the write can never work; `undefined` if it may work. */
  readonly impossible?: string | undefined;
}

/** Throws a `refused` error for a write that the API is sure to refuse, so that no person is asked about it. */
export function checkPossible(prediction: Prediction | undefined): void {
  if (prediction?.impossible === undefined) return;
  const message = `The write cannot work: ${prediction.impossible}. Nothing was written`;
  throw new CreditctlError('refused', message, { applied: 'no', retrySafe: true });
}

/**
 * Throws a `refused` error if credits moved since the preview, so that the effect of the write differs from it.
 * @param shown the effect that the person agreed to
 */
export async function checkUnmoved(body: JsonObject, shown: Prediction, target: EntryTarget): Promise<void> {
  // Without an amount, an entry moves what is in the block when it arrives.
  if (!mayTakeMoreThanLeft(body) && amountIn(body) !== undefined) return;
  const { effect } = await predictEntry(body, { timezone: shown.zone, currency: shown.money }, target);
  const terms = ({ revenue, notes, moves }: Effect): string =>
    JSON.stringify([revenue, notes, moves.map(({ block, after: credits }) => block ?? credits)]);
  if (terms(effect) === terms(shown.effect)) return;
  const { currency, balanceBefore: was } = shown.effect;
  const balance = `the balance of ${customerRefText(target.customer)}`;
  const now = effect.balanceBefore;
  const moved =
    was === now
      ? `${balance} is ${was} ${unitAfter(was, currency)} as before, but in other blocks`
      : `${balance} was ${was} ${unitAfter(was, currency)} and is ${now}`;
  const message = `Credits moved while you were asked: ${moved}. Nothing was written`;
  throw new CreditctlError('refused', message, {
    applied: 'no',
    retrySafe: true,
    next: [repetition(': it shows what the write does now')],
  });
}

/**
 * The reason if a write moves more credits than its block was granted, which can never work. Other impossible writes are
 * left to the API: the retry of a write of unknown outcome may only look impossible, because the first attempt worked.
 */
function beyondBlock(body: JsonObject, blocks: readonly CreditBlock[]): string | undefined {
  const wanted = amountIn(body);
  const block = blocks.find(({ id }) => id === body.block_id);
  const initial = block?.maximum_initial_balance ?? null;
  if (block === undefined || wanted === undefined || initial === null || compare(wanted, initial) <= 0)
    return undefined;
  return `${wanted} is more than the ${initial} granted in block ${block.id}; ${block.balance} are left`;
}
