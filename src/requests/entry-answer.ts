// Whether an entry is the one that a request asked for: whatever can be compared is.
import { type Amount, agrees, amountFromText, compare, isPositive } from '../credits/amount.ts';
import { type AffectedBlock, defaultCurrency, type LedgerEntry } from '../credits/entry.ts';
import { parseInstant } from '../credits/instant.ts';
import { isJsonObject, type Json, numberText } from '../wire/json.ts';
import { type ApiRequest, answeredType, customerOf, markerName, markerOf } from './request.ts';

/** What of an entry is compared. */
export type AnsweredEntry = Pick<
  LedgerEntry,
  'id' | 'entry_type' | 'customer' | 'metadata' | 'currency' | 'description' | 'amount' | 'void_amount'
> & { readonly credit_block: Pick<AffectedBlock, 'id'> };

/**
 * What shows that an entry is another one, as the end of a sentence; `undefined` if it is the one.
 * @param request as it was sent, with its mark if it had one
 */
export function entryProblem(request: ApiRequest, entry: AnsweredEntry): string | undefined {
  const { body = {} } = request;
  const type = answeredType(request);
  if (entry.entry_type !== type) return `an entry of type ${entry.entry_type} instead of ${type}`;
  const ref = customerOf(request);
  const id = ref?.by === 'id' ? entry.customer.id : entry.customer.external_customer_id;
  if (ref !== undefined && id !== ref.id) return `an entry of customer ${id} instead of ${ref.id}`;
  const mark = markerOf(request);
  const found = entry.metadata[markerName];
  if (mark !== undefined && found === undefined) return 'an entry that does not carry its mark';
  if (mark !== undefined && found !== mark) return `an entry that was written under the key ${found}`;
  const { currency, description, block_id: block } = body;
  return (
    textProblem('currency', currency ?? defaultCurrency, entry.currency) ??
    textProblem('description', description ?? '', entry.description ?? '') ??
    textProblem('block', block ?? entry.credit_block.id, entry.credit_block.id) ??
    amountProblem(type, amountFromText(numberText(body.amount) ?? ''), entry)
  );
}

const textProblem = (what: string, asked: unknown, found: string): string | undefined =>
  found === asked ? undefined : `an entry of ${what} "${found}" instead of "${asked}"`;

/** A change of expiry without an amount moves all that is left (contract: expiration_change). */
function amountProblem(type: string, asked: Amount | undefined, entry: AnsweredEntry): string | undefined {
  if (asked === undefined) return undefined;
  // The amount of a void is what was left in the block (contract: void).
  const found = type === 'void_initiated' ? entry.void_amount : entry.amount;
  if (found !== undefined && (agrees(found, asked) || (type === 'decrement' && isPart(found, asked))))
    return undefined;
  return `an entry of amount ${found} instead of ${asked}`;
}

/** A decrement over several blocks is answered with its last entry, which has the amount of one (Orb docs: deduction order). */
const isPart = (found: Amount, asked: Amount): boolean => isPositive(found) && compare(found, asked) < 0;

/**
 * What a grant became that was not asked for, a sentence each: another expiry or another price. It is the entry that was
 * asked for, so it is no other answer; but somebody has to know.
 */
export function otherTerms({ body = {} }: ApiRequest, answer: Json): readonly string[] {
  const block = isJsonObject(answer) ? answer.credit_block : undefined;
  if (body.entry_type !== 'increment' || !isJsonObject(block)) return [];
  const [expiry, price] = [body.expiry_date ?? null, body.per_unit_cost_basis ?? null];
  const terms: readonly (readonly [what: string, isAsked: boolean, asked: Json, found: Json])[] = [
    ['expiry', isSameTime(expiry, block.expiry_date ?? null), expiry, block.expiry_date ?? null],
    [
      'price',
      price === null || isSamePrice(price, block.per_unit_cost_basis),
      price,
      block.per_unit_cost_basis ?? null,
    ],
  ];
  return terms.flatMap(([what, isAsked, asked, found]) =>
    isAsked
      ? []
      : [`The API gave the block the ${what} ${found ?? 'none'}, and ${asked ?? 'none'} was asked for`],
  );
}

/** A day alone is a time only in the customer's zone, which the API knows. */
function isSameTime(asked: Json, found: Json): boolean {
  if (asked === null || found === null) return asked === found;
  const [at, other] = [asked, found].map((text) => parseInstant(String(text)));
  return at === undefined || (other !== undefined && Math.floor(at / 1000) === Math.floor(other / 1000));
}

function isSamePrice(asked: Json, found: Json | undefined): boolean {
  const [a, b] = [asked, found].map((value) => amountFromText(typeof value === 'string' ? value : ''));
  return a !== undefined && b !== undefined && agrees(b, a);
}
