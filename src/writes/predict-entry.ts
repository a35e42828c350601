// What an entry will do, in words and in figures, before it is written.

import { groupedDigits } from '../credits/amount.ts';
import { startOfDayIn } from '../credits/calendar.ts';
import { type CustomerRef, customerRefText } from '../credits/customer-ref.ts';
import { defaultCurrency } from '../credits/entry.ts';
import type { Connection } from '../orb/connection.ts';
import { beyondBlock } from '../requests/beyond-block.ts';
import type { BlockPurpose } from '../requests/block-purpose.ts';
import { effectOf } from '../requests/prediction.ts';
import { type JsonObject, numberText } from '../wire/json.ts';
import { blocksWith } from './customer.ts';
import type { Prediction } from './predicted.ts';

export interface EntryTarget {
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

/** What the write will do, in the customer's zone, which is fetched if it is not known yet. */
export async function predictEntry(
  body: JsonObject,
  knownZone: string | undefined,
  { connection, customer }: EntryTarget,
): Promise<Prediction> {
  const record = knownZone === undefined ? (await connection.api.customer(customer)).record : undefined;
  const zone = knownZone ?? record?.timezone ?? 'UTC';
  const blocks = await blocksWith(connection, customer, {
    currency: textIn(body, 'currency'),
    id: textIn(body, 'block_id'),
  });
  const effect = effectOf(body, {
    blocks,
    now: connection.now(),
    startOfDay: startOfDayIn(zone),
  });
  return { effect, zone, name: record?.name, impossible: beyondBlock(body, blocks) };
}

export interface EntryTitle {
  readonly customer: CustomerRef;
  readonly purpose: BlockPurpose | undefined;
  /** For a question to a person: the customer's name is said too, where it is known, and digits stand in groups. */
  readonly asked?: { readonly name: string | undefined };
}

/** What an entry does in one line: "Grant 100 credits to acme". */
export function entryTitle(body: JsonObject, { customer, purpose, asked }: EntryTitle): string {
  const number = numberText(body.amount);
  const amount = number === undefined || asked === undefined ? number : groupedDigits(number);
  const credits = `${amount ?? 'all'} ${textIn(body, 'currency') ?? defaultCurrency}`;
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
