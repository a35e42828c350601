// Checks the five bodies of POST …/ledger_entry against the contract, and reads their fields.
import { type CreatableEntryType, creatableEntryTypes, voidReasons } from '../../credits/customer.ts';
import { isJsonObject, type Json, type JsonObject } from '../../wire/json.ts';
import { shapeRefusals } from '../ledger/shape.ts';
import * as check from './check.ts';
import { decimalField, numberField, objectField } from './check.ts';

/** A body that has passed every check that needs no account. */
export interface EntryBody {
  readonly type: CreatableEntryType;
  readonly fields: JsonObject;
}

/** Reads a body; returns every problem as a sentence. */
export function readEntryBody(body: string | undefined): EntryBody | readonly string[] {
  const fields = check.readObject(body);
  if (check.isProblems(fields)) return fields;
  const type = creatableEntryTypes.find((each) => each === fields.entry_type);
  if (type === undefined) return entryTypeProblem(fields.entry_type);
  const problems = [...check.shape(shapes[type])(fields, ''), ...ruleProblems(fields)];
  return problems.length > 0 ? problems : { type, fields };
}

function entryTypeProblem(value: Json | undefined): readonly string[] {
  if (value === undefined) return ["'entry_type' is a required property"];
  return check.oneOf(creatableEntryTypes)(value, 'entry_type');
}

/** Checks the ledger core's rules on amounts and invoices here, so that their problems are reported together with the others. */
function ruleProblems(fields: JsonObject): readonly string[] {
  const costBasis = decimalField(fields, 'per_unit_cost_basis');
  const unreadable = costBasis === null && (fields.per_unit_cost_basis ?? null) !== null;
  const refusals = shapeRefusals({
    amount: numberField(fields, 'amount'),
    costBasis,
    // An unreadable cost basis is already reported, so it is not reported as missing too.
    invoiced: objectField(fields, 'invoice_settings') !== null && !unreadable,
  });
  return refusals.map(({ sentence }) => sentence);
}

const { amount } = check;
const common = {
  entry_type: check.oneOf(creatableEntryTypes),
  currency: check.nullable(check.name),
  description: check.nullable(check.string),
  metadata: check.nullable(check.mapOf(check.nullable(check.string))),
} as const;

/** contract: BlockPriceFilter. Model: a filter without values would exclude every item, or have no effect. */
const filter = check.shape({
  fields: {
    field: check.oneOf(['item_id']),
    operator: check.oneOf(['includes', 'excludes']),
    values: check.nonEmpty(check.distinctStrings),
  },
  required: ['field', 'operator', 'values'],
  open: true,
});

/** contract: IncrementCreditLedgerEntryInvoiceSettings; the only object of these bodies that allows unknown fields. */
const invoiceSettingsFields = check.shape({
  fields: {
    auto_collection: check.boolean,
    net_terms: check.nullable(check.netTerms),
    memo: check.nullable(check.string),
    require_successful_payment: check.boolean,
    invoice_date: check.nullable(check.dateOrInstant),
    custom_due_date: check.nullable(check.dateOrInstant),
    item_id: check.nullable(check.string),
    mark_as_paid: check.boolean,
  },
  required: ['auto_collection'],
  open: true,
});

const invoiceSettings: check.Check = (value, at) => {
  const problems = invoiceSettingsFields(value, at);
  if (problems.length > 0 || !isJsonObject(value)) return problems;
  const dueDate = (value.custom_due_date ?? null) !== null;
  const netTerms = (value.net_terms ?? null) !== null;
  // Rule d of contract: AddCreditLedgerEntryRequestParams.
  return dueDate === netTerms
    ? [`${at}: exactly one of net_terms and custom_due_date must be specified`]
    : [];
};

/** contract: Add*CreditLedgerEntryRequestParams */
const shapes: Readonly<Record<CreatableEntryType, check.Shape>> = {
  increment: {
    fields: {
      ...common,
      amount,
      expiry_date: check.nullable(check.dateOrInstant),
      effective_date: check.nullable(check.dateOrInstant),
      per_unit_cost_basis: check.nullable(check.decimal),
      invoice_settings: check.nullable(invoiceSettings),
      filters: check.nullable(check.listOf(filter)),
    },
    required: ['amount'],
  },
  decrement: { fields: { ...common, amount }, required: ['amount'] },
  expiration_change: {
    fields: {
      ...common,
      amount: check.nullable(amount),
      expiry_date: check.nullable(check.dateOrInstant),
      block_id: check.nullable(check.string),
      target_expiry_date: check.day,
    },
    required: ['target_expiry_date'],
  },
  void: {
    fields: {
      ...common,
      amount,
      block_id: check.string,
      void_reason: check.nullable(check.oneOf(voidReasons)),
    },
    required: ['amount', 'block_id'],
  },
  amendment: { fields: { ...common, amount, block_id: check.string }, required: ['amount', 'block_id'] },
};
