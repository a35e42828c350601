// What a write will do, as lines for a person and as a document for a script.
import { isZero } from '../credits/amount.ts';
import { dateAt, parseDate, startOfDay, zonedText } from '../credits/calendar.ts';
import { parseInstant } from '../credits/instant.ts';
import type { BlockMove, Effect } from '../requests/effect.ts';
import { type ApiRequest, targetText } from '../requests/request.ts';
import { type JsonObject, jsonNumber, writeJson } from '../wire/json.ts';

/**
 * The effect as a person reads it, with expiries as days of the customer's zone.
 * @param title what happens in words, such as "Grant 100 credits to acme"
 */
export function effectLines(
  title: string,
  { effect, zone }: { readonly effect: Effect; readonly zone: string },
): readonly string[] {
  const { currency, balanceBefore, balanceAfter, moves, revenue, invoice, notes } = effect;
  return [
    title,
    line('balance', `${balanceBefore} → ${balanceAfter} ${currency}`),
    ...moves.map((move) => moveLine(move, zone)),
    line(
      'revenue',
      revenue === null || isZero(revenue) ? 'none recognised' : `${revenue} recognised at once`,
    ),
    line('invoice', invoice === null ? 'none' : `${invoice} in the customer's currency`),
    ...notes.map((note) => line('note', note)),
  ];
}

export function requestLines(request: ApiRequest): readonly string[] {
  const body = request.body === undefined ? [] : writeJson(request.body, 2).split('\n');
  return [line('request', `${request.method} ${targetText(request)}`), ...body.map((text) => line('', text))];
}

function moveLine({ block, before, after, expires }: BlockMove, zone: string): string {
  const when = expires === null ? 'never expires' : `expires ${lapseText(expires, zone)}`;
  return block === undefined
    ? line('new block', `${after}, ${when}`)
    : line('block', `${block}: ${before} → ${after}, ${when}`);
}

/** The start of a day in the customer's zone, as expiries are, with that said; the instant in their zone otherwise. */
export function lapseText(text: string, zone: string): string {
  const day = parseDate(text);
  if (day !== undefined) return `at the start of ${day} (${zone})`;
  const at = parseInstant(text);
  if (at === undefined) return text;
  const shown = dateAt(at, zone);
  return startOfDay(shown, zone) === at ? `at the start of ${shown} (${zone})` : zonedText(at, zone);
}

const line = (name: string, text: string): string => `  ${name.padEnd(10)} ${text}`;

/** `--dry-run` for machine formats. Amounts are JSON numbers, as in the API. */
export function dryRunDocument(request: ApiRequest, effect: Effect | undefined): JsonObject {
  const { method, body = null } = request;
  return {
    dry_run: true,
    request: { method, path: targetText(request), body },
    effect: effect === undefined ? null : effectDocument(effect),
  };
}

function effectDocument(effect: Effect): JsonObject {
  return {
    currency: effect.currency,
    balance_before: jsonNumber(effect.balanceBefore),
    balance_after: jsonNumber(effect.balanceAfter),
    blocks: effect.moves.map(({ block, before, after, expires }) => ({
      id: block ?? null,
      balance_before: jsonNumber(before),
      balance_after: jsonNumber(after),
      expires,
    })),
    revenue_recognised: effect.revenue,
    invoice_total: effect.invoice,
    notes: effect.notes,
  };
}
