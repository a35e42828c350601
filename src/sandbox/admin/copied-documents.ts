// Decodes another account's documents of a customer into the rows of this store.

import {
  type BlockFilter,
  type BlockStatus,
  blockSources,
  blockStatuses,
  entryTypes,
} from '../../credits/customer.ts';
import {
  type Amount,
  amountFromText,
  type Instant,
  larger,
  parseInstant,
  wholeSeconds,
  zero,
} from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import type { JsonObject } from '../../wire/json.ts';
import { alertTypes } from '../ledger/alert.ts';
import {
  booleanField,
  decimalField,
  integerField,
  metadataField,
  numberField,
  objectField,
  objectsField,
  stringsField,
  textField,
} from '../server/check.ts';
import { customerDetails } from '../server/customer-document.ts';
import { topUpFrom } from '../server/top-up-body.ts';
import { balanceActions } from '../store/balance.ts';

/** contract: Customer. Fields that only the other account can use, such as a payment method, are left out. */
export function customerIn(document: JsonObject) {
  const exempt = booleanField(document, 'exempt_from_automated_tax');
  const automatic = booleanField(document, 'automatic_tax_enabled');
  const tax = exempt === null ? null : { tax_exempt: exempt, automatic_tax_enabled: automatic };
  return {
    id: needed(document, 'id', textField),
    externalId: textField(document, 'external_customer_id'),
    name: textField(document, 'name') ?? '',
    email: textField(document, 'email') ?? '',
    timezone: needed(document, 'timezone', textField),
    currency: textField(document, 'currency'),
    createdAt: needed(document, 'created_at', instantField),
    details: customerDetails({ ...document, tax_configuration: tax }),
  };
}

/** The Orb id of a customer's parent; `null` if there is none. */
export function parentIn(document: JsonObject): string | null {
  const parent = objectField(objectField(document, 'hierarchy') ?? {}, 'parent');
  return parent === null ? null : textField(parent, 'id');
}

/**
 * contract: CustomerCreditBalance. `counted` and `ceiling` follow from the ledger's entries, see `LedgerInCopy`.
 * @param always the effective date of a block without a date
 */
export function blockIn(document: JsonObject, always: Instant) {
  const balance = needed(document, 'balance', numberField);
  const initial = numberField(document, 'maximum_initial_balance') ?? larger(balance, zero);
  const source = blockSources.find((each) => each === textField(document, 'credit_block_source'));
  return {
    ...blockFacts(document),
    balance,
    initial,
    effectiveAt: instantField(document, 'effective_date') ?? always,
    status: statusIn(document),
    source: source ?? 'manual',
    metadata: metadataField(document),
  };
}

function statusIn(document: JsonObject): BlockStatus {
  const status = textField(document, 'status');
  const known = blockStatuses.find((each) => each === status);
  if (known === undefined) throw unknownKind(`credit block ${textField(document, 'id')}`, 'status', status);
  return known;
}

function blockFacts(document: JsonObject) {
  return {
    id: needed(document, 'id', textField),
    expiresAt: instantField(document, 'expiry_date'),
    costBasis: textField(document, 'per_unit_cost_basis'),
    filters: objectsField(document, 'filters').map(filterIn),
  };
}

function filterIn(filter: JsonObject): BlockFilter {
  const operator = textField(filter, 'operator');
  if (operator !== 'includes' && operator !== 'excludes')
    throw unknownKind('an item filter', 'operator', operator);
  return {
    field: needed(filter, 'field', textField),
    operator,
    values: stringsField(filter, 'values'),
  };
}

/** A block that the other account no longer lists, decoded from an entry that names the block: the block is empty. */
export function forgottenBlockIn(entry: JsonObject): ReturnType<typeof blockIn> {
  return {
    ...blockFacts(needed(entry, 'credit_block', objectField)),
    balance: zero,
    initial: zero,
    effectiveAt: needed(entry, 'created_at', instantField),
    status: 'active',
    source: 'manual',
    metadata: {},
  };
}

/** contract: CreditLedgerEntry. The document does not say which entries belong together, see `LedgerInCopy`. */
export function entryIn(document: JsonObject) {
  const name = textField(document, 'entry_type');
  const type = entryTypes.find((each) => each === name);
  if (type === undefined) throw unknownKind(`entry ${textField(document, 'id')}`, 'type', name);
  const [invoice] = objectsField(document, 'created_invoices');
  return {
    id: needed(document, 'id', textField),
    sequence: needed(document, 'ledger_sequence_number', integerField),
    type,
    amount: needed(document, 'amount', numberField),
    starting: needed(document, 'starting_balance', numberField),
    ending: needed(document, 'ending_balance', numberField),
    createdAt: needed(document, 'created_at', instantField),
    description: textField(document, 'description'),
    metadata: metadataField(document),
    blockId: needed(needed(document, 'credit_block', objectField), 'id', textField),
    newBlockExpiresAt: instantField(document, 'new_block_expiry_date'),
    newBlockId: null,
    continues: type === 'void',
    voidAmount: numberField(document, 'void_amount'),
    voidReason: textField(document, 'void_reason'),
    invoiceId: invoice === undefined ? null : textField(invoice, 'id'),
  };
}

/** The price and the invoice of an automatic deduction; `undefined` for any other entry. */
export function chargeIn(
  document: JsonObject,
): { readonly priceId: string; readonly invoiceId: string } | undefined {
  const priceId = textField(document, 'price_id');
  const invoiceId = textField(document, 'invoice_id');
  return priceId === null || invoiceId === null ? undefined : { priceId, invoiceId };
}

/** contract: Alert. `undefined` for an alert that does not watch a credit balance. */
export function alertIn(document: JsonObject, customer: number) {
  const type = alertTypes.find((each) => each === textField(document, 'type'));
  const currency = textField(document, 'currency');
  if (type === undefined || currency === null) return undefined;
  return {
    id: needed(document, 'id', textField),
    customer,
    currency,
    type,
    thresholds: objectsField(document, 'thresholds').map((each) => needed(each, 'value', numberField)),
    enabled: booleanField(document, 'enabled') ?? true,
    createdAt: needed(document, 'created_at', instantField),
  };
}

/** contract: TopUp. @param activeFrom the start of the top-up, which the API does not return */
export function topUpIn(document: JsonObject, activeFrom: Instant) {
  const id = needed(document, 'id', textField);
  return {
    currency: needed(document, 'currency', textField),
    topUp: topUpFrom(document, { id, activeFrom }),
  };
}

/** contract: CustomerBalanceTransaction */
export function transactionIn(document: JsonObject) {
  const name = textField(document, 'action');
  const action = balanceActions.find((each) => each === name);
  if (action === undefined)
    throw unknownKind(`balance transaction ${textField(document, 'id')}`, 'action', name);
  const idOf = (name: string) => textField(objectField(document, name) ?? {}, 'id');
  return {
    id: needed(document, 'id', textField),
    action,
    description: textField(document, 'description'),
    starting: needed(document, 'starting_balance', decimalField),
    ending: needed(document, 'ending_balance', decimalField),
    invoice: idOf('invoice'),
    creditNote: idOf('credit_note'),
    createdAt: needed(document, 'created_at', instantField),
  };
}

/** An instant in whole seconds, as ledgers store it. */
export function instantField(document: JsonObject, name: string): Instant | null {
  const at = parseInstant(textField(document, name) ?? '');
  return at === undefined ? null : wholeSeconds(at);
}

/** A quantity that is a number in some documents and a text in others. */
export function anyDecimalField(document: JsonObject, name: string): Amount | null {
  const text = textField(document, name);
  return text === null ? numberField(document, name) : (amountFromText(text) ?? null);
}

/** Reads a required field. Throws a `server` error if a field that the contract promises is missing. */
export function needed<Value>(
  document: JsonObject,
  name: string,
  read: (document: JsonObject, name: string) => Value | null,
): Value {
  const value = read(document, name);
  if (value !== null) return value;
  throw new CreditctlError('server', `The API's answer has no ${name} where its contract promises one`);
}

const unknownKind = (what: string, field: string, found: string | null): CreditctlError =>
  new CreditctlError('server', `The ${field} of ${what} is not known here: ${found}. Nothing was copied`);
