// Previews a write to a customer's top-ups: the price of a new one, and the top-up that is replaced or deleted.

import { type CustomerRef, customerRefText } from '../../credits/customer.ts';
import { type Amount, amount, compare, type Instant, multiply, parseInstant } from '../../credits/exact.ts';
import type { TopUp } from '../../credits/top-up.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Row } from '../../output/view.ts';
import { balanceOf } from '../../views/balance.ts';
import { moneyText } from '../../views/prediction.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import { isJsonObject, type JsonObject, jsonNumber, numberText } from '../../wire/json.ts';
import { customerBlocks } from '../../writes/customer.ts';
import { topUpsQuery } from './request.ts';
import { expiryText, topUpText } from './view.ts';

/** The customer of the top-ups, and the connection. */
export interface TopUpTarget {
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

/** Reads all top-ups of a customer; there is at most one for each currency. */
export async function topUpsOf(
  { api }: Connection,
  customer: CustomerRef,
): Promise<readonly Row<TopUp, JsonObject>[]> {
  const rows: Row<TopUp, JsonObject>[] = [];
  for await (const row of api.topUps(topUpsQuery(customer), {})) rows.push(row);
  return rows;
}

/** Looks up the current balance, the top-up that would be replaced, and the customer's currency. */
export async function topUpPreview(
  title: string,
  body: JsonObject,
  { connection, customer }: TopUpTarget,
): Promise<Preview> {
  const currency = String(body.currency);
  const topUps = await topUpsOf(connection, customer);
  const blocks = await customerBlocks(connection, customer, { currency });
  const now = connection.now();
  const { available } = balanceOf(blocks, { customer: customerRefText(customer), currency, now });
  const replaced = topUps.find(({ record }) => record.currency === currency);
  const { currency: money } = (await connection.api.customer(customer)).record;
  return newTopUpPreview(title, body, { replaced, available, now, money });
}

/** Looks up the top-up to delete. */
export async function topUpDeletionPreview(
  title: string,
  id: string,
  { connection, customer }: TopUpTarget,
): Promise<Preview> {
  const row = (await topUpsOf(connection, customer)).find(({ record }) => record.id === id);
  const text =
    row === undefined ? 'the customer has no such top-up; the API will refuse this' : topUpText(row.record);
  return {
    lines: [
      title,
      previewLine('top-up', text),
      previewLine('invoices', 'unpaid invoices of its credits will be voided'),
    ],
    document: { deletes: row?.document ?? null },
  };
}

export interface TopUpGround {
  /** The top-up in the same currency, which the new one replaces (contract: top_ups). */
  readonly replaced: Row<TopUp, JsonObject> | undefined;
  /** Credits that can be used now, in the currency of the top-up. */
  readonly available: Amount;
  /** The customer's currency; `null` if the customer has no currency yet. */
  readonly money: string | null;
  readonly now: Instant;
}

/** @param body made by `topUpBody` */
export function newTopUpPreview(
  title: string,
  body: JsonObject,
  { replaced, available, now, money }: TopUpGround,
): Preview {
  const price = multiply(text(body, 'amount'), text(body, 'per_unit_cost_basis'));
  const buysAtOnce = hasBegun(body, now) && compare(available, text(body, 'threshold')) <= 0;
  const balance = `${available} ${String(body.currency)} now`;
  return {
    lines: [
      title,
      previewLine('balance', buysAtOnce ? `${balance}, so the first purchase happens immediately` : balance),
      previewLine('invoice', `${moneyText(price, money)} each time, due ${dueText(body)}`),
      previewLine(
        'credits',
        `${expiryText(lastingOf(body))}${waits(body) ? '; usable after the invoice is paid' : ''}`,
      ),
      ...(body.active_from === undefined ? [] : [previewLine('active', `from ${String(body.active_from)}`)]),
      previewLine(
        'replaces',
        replaced === undefined ? 'nothing' : `${replaced.record.id}: ${topUpText(replaced.record)}`,
      ),
    ],
    document: {
      balance: jsonNumber(available),
      buys_at_once: buysAtOnce,
      invoice_total: price,
      replaces: replaced?.document ?? null,
    },
  };
}

const text = (body: JsonObject, field: string): Amount => amount(String(body[field]));

const settings = ({ invoice_settings: found }: JsonObject): JsonObject => (isJsonObject(found) ? found : {});

function dueText(body: JsonObject): string {
  const days = numberText(settings(body).net_terms) ?? '0';
  const terms = days === '0' ? 'immediately' : `${days} day${days === '1' ? '' : 's'} after issue`;
  return settings(body).auto_collection === true ? `${terms}, collected automatically` : terms;
}

const lastingOf = ({ expires_after: count, expires_after_unit: unit }: JsonObject) => ({
  expires_after: numberText(count) ?? null,
  expires_after_unit: typeof unit === 'string' ? unit : null,
});

const waits = (body: JsonObject): boolean => settings(body).require_successful_payment === true;

function hasBegun({ active_from: from }: JsonObject, now: Instant): boolean {
  return typeof from !== 'string' || (parseInstant(from) ?? now) <= now;
}
