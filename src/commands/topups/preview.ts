// The preview of a new top-up: its price, whether it buys immediately, and which top-up it replaces.
import { type Amount, amount, compare, multiply } from '../../credits/amount.ts';
import { type Instant, parseInstant } from '../../credits/instant.ts';
import type { TopUp } from '../../credits/top-up.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import { isJsonObject, type JsonObject, jsonNumber, numberText } from '../../wire/json.ts';
import { topUpText } from './view.ts';

export interface TopUpGround {
  /** The top-up in the same currency, which the new one replaces (contract: top_ups). */
  readonly replaced: { readonly record: TopUp; readonly document: JsonObject } | undefined;
  /** Credits that can be used now, in the currency of the top-up. */
  readonly available: Amount;
  readonly now: Instant;
}

/** @param body made by `topUpBody` */
export function newTopUpPreview(
  title: string,
  body: JsonObject,
  { replaced, available, now }: TopUpGround,
): Preview {
  const price = multiply(text(body, 'amount'), text(body, 'per_unit_cost_basis'));
  const buysAtOnce = hasBegun(body, now) && compare(available, text(body, 'threshold')) <= 0;
  const balance = `${available} ${String(body.currency)} now`;
  return {
    lines: [
      title,
      previewLine('balance', buysAtOnce ? `${balance}, so the first purchase happens immediately` : balance),
      previewLine('invoice', `${price} in the customer's currency each time, due ${dueText(body)}`),
      previewLine(
        'credits',
        `${lastingText(body)}${waits(body) ? '; usable after the invoice is paid' : ''}`,
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
  const terms = days === '0' ? 'immediately' : `${days} days after issue`;
  return settings(body).auto_collection === true ? `${terms}, collected automatically` : terms;
}

function lastingText({ expires_after: count, expires_after_unit: unit }: JsonObject): string {
  const digits = numberText(count);
  return digits === undefined
    ? 'never expire'
    : `expire after ${digits} ${String(unit)}${digits === '1' ? '' : 's'}`;
}

const waits = (body: JsonObject): boolean => settings(body).require_successful_payment === true;

function hasBegun({ active_from: from }: JsonObject, now: Instant): boolean {
  return typeof from !== 'string' || (parseInstant(from) ?? now) <= now;
}
