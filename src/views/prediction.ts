// Shows what a write will do: as lines for a person, and as the document of a dry run.

import { dayBeginningAt, parseDate, zonedText } from '../credits/calendar.ts';
import { unitAfter } from '../credits/customer.ts';
import { type Amount, isZero, parseInstant } from '../credits/exact.ts';
import { cellJson } from '../output/cell-json.ts';
import { type Column, viewOf } from '../output/view.ts';
import { type BlockMove, type Effect, isWarning } from '../requests/prediction.ts';
import { type ApiRequest, isEntryWrite, markerName, targetText } from '../requests/request.ts';
import { isJsonObject, type Json, type JsonObject, jsonNumber, numberText, writeJson } from '../wire/json.ts';
import { previewLine } from './preview.ts';

/**
 * The effect as a person reads it, with expiries as days of the customer's zone. Of a write that the API will refuse, or
 * whose effect is not known, only the balance now is shown.
 * @param title what happens in words, such as "Grant 100 credits to acme"
 * @param money the customer's currency, `null` before there is one
 */
export function effectLines(
  title: string,
  { effect, zone, money }: { readonly effect: Effect; readonly zone: string; readonly money: string | null },
): readonly string[] {
  const { currency, balanceBefore, balanceAfter, moves, revenue, invoice, notes } = effect;
  const facts = notes.map((note) => previewLine('note', note));
  if (notes.some(isWarning))
    return [
      title,
      previewLine('balance', `${balanceBefore} ${unitAfter(balanceBefore, currency)}`),
      ...facts,
    ];
  return [
    title,
    previewLine('balance', `${balanceBefore} → ${balanceAfter} ${unitAfter(balanceAfter, currency)}`),
    ...moves.map((move) => moveLine(move, zone)),
    previewLine(
      'revenue',
      revenue === null || isZero(revenue) ? 'none recognised' : `${moneyText(revenue, money)} recognised now`,
    ),
    previewLine('invoice', invoice === null ? 'none' : moneyText(invoice, money)),
    ...facts,
  ];
}

/** `12.5 USD`. @param currency the customer's currency; `null` if the customer has none yet */
export const moneyText = (sum: Amount, currency: string | null): string =>
  `${sum} ${currency ?? "in the customer's currency, which is not set yet"}`;

export function requestLines(request: ApiRequest): readonly string[] {
  const body = request.body === undefined ? [] : writeJson(request.body, 2).split('\n');
  return [
    previewLine('request', `${request.method} ${targetText(request)}`),
    ...body.map((text) => previewLine('', text)),
    ...(isEntryWrite(request) ? [previewLine('marker', markerText)] : []),
  ];
}

/** The preview of a request cannot show the key, because the key is made when the request is sent. */
const markerText = `the idempotency key is added as metadata.${markerName}`;

function moveLine({ block, before, after, expires }: BlockMove, zone: string): string {
  const when = expires === null ? 'never expires' : `expires ${lapseText(expires, zone)}`;
  return block === undefined
    ? previewLine('new block', `${after}, ${when}`)
    : previewLine('block', `${block}: ${before} → ${after}, ${when}`);
}

/** An expiry in the customer's time zone: as the start of a day if a day starts then, else as a time. */
function lapseText(text: string, zone: string): string {
  const day = parseDate(text);
  if (day !== undefined) return `at the start of ${day} (${zone})`;
  const at = parseInstant(text);
  if (at === undefined) return text;
  const shown = dayBeginningAt(at, zone);
  return shown === undefined ? zonedText(at, zone) : `at the start of ${shown} (${zone})`;
}

/** The document of `--dry-run`. @param effect what the write will do, if more than its title says */
export function dryRunDocument(request: ApiRequest, effect: JsonObject | undefined): JsonObject {
  const { method, body = null } = request;
  return {
    dry_run: true,
    request: { method, path: targetText(request), body },
    ...(isEntryWrite(request) ? { added_when_sent: [`metadata.${markerName}`] } : {}),
    effect: effect ?? null,
  };
}

/** Amounts are JSON numbers, as in the API. Nothing changes by a write that the API will refuse. */
export function effectDocument(predicted: Effect): JsonObject {
  const effect = predicted.notes.some(isWarning)
    ? { ...predicted, balanceAfter: predicted.balanceBefore, moves: [], revenue: null, invoice: null }
    : predicted;
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

const columnNames = [
  'request.method',
  'request.path',
  'request.body',
  'effect.currency',
  'effect.balance_before',
  'effect.balance_after',
  'effect.blocks',
  'effect.revenue_recognised',
  'effect.invoice_total',
  'effect.notes',
];

/** The view of the document that `dryRunDocument` makes; objects and lists are shown as JSON. */
export const dryRunView = viewOf<JsonObject>({
  columns: columnNames.map(
    (name): Column<JsonObject> => ({
      name,
      header: name,
      text: (document) => cellText(at(document, name.split('.'))),
    }),
  ),
  none: '',
});

function at(document: JsonObject, [name = '', ...below]: readonly string[]): Json {
  const value = document[name] ?? null;
  if (below.length === 0) return value;
  return isJsonObject(value) ? at(value, below) : null;
}

function cellText(value: Json): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '';
  return typeof value === 'string' ? value : (numberText(value) ?? cellJson(value));
}
