// Checks the body of POST …/credits/top_ups field by field (contract: AddCreditTopUpRequestParams).
import { type Amount, amount, type Instant, isNegative, isPositive } from '../../credits/exact.ts';
import type { JsonObject } from '../../wire/json.ts';
import { digitsMax, isSane } from '../ledger/shape.ts';
import { expiryUnits, type TopUp } from '../ledger/top-up.ts';
import * as check from './check.ts';
import { booleanField, decimalField, integerField, objectField, textField } from './check.ts';

/** How far in the past a top-up may become active, in milliseconds (contract: active_from). */
export const activeFromPast = 10 * 86_400_000;

/** The longest life of a top-up's credits, by unit: a century. */
const expiresAfterMax = { day: 36_500, month: 1200 } as const;

/** Reads a body; returns every problem as a sentence. */
export function readTopUpBody(body: string | undefined): JsonObject | readonly string[] {
  return check.readBody(body, topUpShape, amountProblems, expiryProblems);
}

/** @param fields a checked body @param activeFrom the resolved start of the top-up */
export function topUpFrom(
  fields: JsonObject,
  { id, activeFrom }: { readonly id: string; readonly activeFrom: Instant },
): TopUp {
  const settings = objectField(fields, 'invoice_settings') ?? {};
  const count = integerField(fields, 'expires_after');
  return {
    id,
    activeFrom,
    threshold: amount(textField(fields, 'threshold') ?? ''),
    amount: amount(textField(fields, 'amount') ?? ''),
    costBasis: textField(fields, 'per_unit_cost_basis') ?? '0',
    expiresAfter: count === null ? null : { count, unit: unitOf(fields) ?? 'day' },
    autoCollection: booleanField(settings, 'auto_collection') ?? false,
    netTerms: integerField(settings, 'net_terms') ?? 0,
    memo: textField(settings, 'memo'),
    requirePayment: booleanField(settings, 'require_successful_payment') ?? false,
  };
}

/** contract: NewTopUpInvoiceSettings, which ignores unknown fields. */
const invoiceSettings = check.shape({
  fields: {
    auto_collection: check.boolean,
    net_terms: check.netTerms,
    memo: check.nullable(check.string),
    require_successful_payment: check.boolean,
  },
  required: ['auto_collection', 'net_terms'],
  open: true,
});

const topUpShape = check.shape({
  fields: {
    currency: check.name,
    threshold: check.decimal,
    amount: check.decimal,
    per_unit_cost_basis: check.decimal,
    invoice_settings: invoiceSettings,
    expires_after: check.nullable(check.integer),
    expires_after_unit: check.nullable(check.oneOf(expiryUnits)),
    active_from: check.nullable(check.dateOrInstant),
  },
  required: ['currency', 'threshold', 'amount', 'per_unit_cost_basis', 'invoice_settings'],
});

function* amountProblems(fields: JsonObject): Iterable<string> {
  const wrong: Readonly<Record<string, (given: Amount) => string | undefined>> = {
    threshold: () => undefined,
    amount: (given) => (isPositive(given) ? undefined : 'is not greater than 0'),
    per_unit_cost_basis: (given) => (isNegative(given) ? 'is less than 0' : undefined),
  };
  for (const [name, problemOf] of Object.entries(wrong)) {
    const given = decimalField(fields, name);
    if (given === null) continue;
    const problem = problemOf(given);
    if (problem !== undefined) yield `${name}: ${given} ${problem}`;
    else if (!isSane(given)) {
      yield `${name}: at most ${digitsMax} digits are allowed on either side of the decimal point`;
    }
  }
}

/** Model: a length and its unit are only valid together. */
function* expiryProblems(fields: JsonObject): Iterable<string> {
  const count = integerField(fields, 'expires_after');
  const unit = unitOf(fields);
  if ((count === null) !== (textField(fields, 'expires_after_unit') === null)) {
    yield 'expires_after and expires_after_unit must be specified together';
  }
  if (count === null || unit === undefined) return;
  if (count < 1 || count > expiresAfterMax[unit]) {
    yield `expires_after: ${count} is not between 1 and ${expiresAfterMax[unit]}`;
  }
}

function unitOf(fields: JsonObject): 'day' | 'month' | undefined {
  return expiryUnits.find((unit) => unit === textField(fields, 'expires_after_unit'));
}
