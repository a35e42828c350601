// Builds the API document of a customer (contract: Customer); fields that the ledger does not use are only stored.
import { formatInstant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { isJsonObject, type Json, type JsonObject, parseExactJson, writeJson } from '../../wire/json.ts';
import { accountCurrency } from '../ledger/invoice.ts';
import { moneyText } from '../ledger/money.ts';
import { childrenOf, customerByOrdinal, type StoredCustomer } from '../store/customers.ts';
import { booleanField, metadataField, objectField, objectsField, stringsField, textField } from './check.ts';

export function customerDocument(database: Database, customer: StoredCustomer): JsonObject {
  const parent = customer.parent === null ? undefined : customerByOrdinal(database, customer.parent);
  const { tax_configuration: tax, ...details } = parseExactJson(customer.details) as JsonObject;
  const taxes = isJsonObject(tax) ? tax : {};
  return {
    metadata: details.metadata ?? {},
    id: customer.id,
    external_customer_id: customer.externalId,
    name: customer.name,
    email: customer.email,
    timezone: customer.timezone,
    currency: customer.currency,
    created_at: formatInstant(customer.createdAt),
    // The accounts-receivable balance, which is independent of credits (Orb docs: customer balance).
    balance: moneyText(customer.balance, balanceCurrency(customer)),
    accounting_sync_configuration: null,
    payment_configuration: null,
    ...details,
    hierarchy: {
      parent: parent === undefined ? null : minifiedCustomer(parent),
      children: childrenOf(database, customer.ordinal).map(minifiedCustomer),
    },
    // Model: the contract's Customer has fields only for these two values of a tax configuration.
    exempt_from_automated_tax: booleanField(taxes, 'tax_exempt'),
    automatic_tax_enabled: booleanField(taxes, 'automatic_tax_enabled') ?? false,
    portal_url: null,
    default_payment_method: null,
  };
}

/** The currency of a customer's money balance, ISO 4217. */
export const balanceCurrency = ({ currency }: Pick<StoredCustomer, 'currency'>): string =>
  currency ?? accountCurrency;

/** The fields of a new customer that have no column in the store, as JSON. @param fields a checked body */
export function customerDetails(fields: JsonObject): string {
  const provider = textField(fields, 'payment_provider');
  return writeJson({
    metadata: metadataField(fields),
    payment_provider_id: textField(fields, 'payment_provider_id'),
    payment_provider: provider,
    shipping_address: address(objectField(fields, 'shipping_address')),
    billing_address: address(objectField(fields, 'billing_address')),
    auto_collection: booleanField(fields, 'auto_collection') ?? provider !== null,
    email_delivery: booleanField(fields, 'email_delivery') ?? true,
    auto_issuance: booleanField(fields, 'auto_issuance'),
    additional_emails: stringsField(fields, 'additional_emails'),
    ...configurations(fields),
  });
}

/** The details of a customer after an edit; an omitted field stays unchanged. @param fields a checked body */
export function editedDetails(customer: StoredCustomer, fields: JsonObject): string {
  const details = parseExactJson(customer.details) as JsonObject;
  const edited: Record<string, Json | undefined> = { ...details };
  for (const name of ['payment_provider_id', 'payment_provider', 'auto_issuance']) {
    if (fields[name] !== undefined) edited[name] = fields[name];
  }
  Object.assign(
    edited,
    configurations(fields, (name) => fields[name] !== undefined),
  );
  for (const name of ['shipping_address', 'billing_address']) {
    if (fields[name] !== undefined) edited[name] = address(objectField(fields, name));
  }
  // Model: these two fields are never null in an answer, so null leaves them unchanged.
  for (const name of ['auto_collection', 'email_delivery']) {
    edited[name] = booleanField(fields, name) ?? details[name];
  }
  if (fields.additional_emails !== undefined)
    edited.additional_emails = stringsField(fields, 'additional_emails');
  if (fields.metadata !== undefined) edited.metadata = mergedMetadata(details, fields);
  return writeJson(edited);
}

/** The fields of each object that an answer has, also those that the body left out; a field that the API does not know is dropped. */
const configured: Readonly<Record<string, (given: JsonObject) => JsonObject>> = {
  tax_id: ({ country, type, value }) => ({ country, type, value }),
  tax_configuration: ({ tax_exempt, automatic_tax_enabled }) => ({ tax_exempt, automatic_tax_enabled }),
  reporting_configuration: ({ exempt }) => ({ exempt }),
  accounting_sync_configuration: (given) => ({
    excluded: booleanField(given, 'excluded') ?? false,
    accounting_providers: objectsField(given, 'accounting_providers').map(
      ({ provider_type, external_provider_id }) => ({ provider_type, external_provider_id }),
    ),
  }),
  payment_configuration: (given) => ({
    payment_providers: objectsField(given, 'payment_providers').map((provider) => ({
      provider_type: provider.provider_type,
      excluded_payment_method_types: stringsField(provider, 'excluded_payment_method_types'),
      default_shared_payment_token: textField(provider, 'default_shared_payment_token'),
    })),
  }),
};

/** @param isAsked whether to include an object of that name */
function configurations(fields: JsonObject, isAsked: (name: string) => boolean = () => true): JsonObject {
  const asked = Object.entries(configured).filter(([name]) => isAsked(name));
  return Object.fromEntries(
    asked.map(([name, fieldsOf]) => {
      const given = objectField(fields, name);
      return [name, given === null ? null : fieldsOf(given)];
    }),
  );
}

/** Merges metadata: a key with the value null is removed, and null for the whole clears it (contract: numbers). */
function mergedMetadata(details: JsonObject, fields: JsonObject): JsonObject {
  const given = objectField(fields, 'metadata');
  if (given === null) return {};
  const merged = Object.entries({ ...objectField(details, 'metadata'), ...given });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

/** contract: CustomerMinified */
export const minifiedCustomer = ({ id, externalId }: StoredCustomer): JsonObject => ({
  id,
  external_customer_id: externalId,
});

function address(given: JsonObject | null): Json {
  if (given === null) return null;
  const parts = ['line1', 'line2', 'city', 'state', 'postal_code', 'country'];
  return Object.fromEntries(parts.map((part) => [part, textField(given, part)]));
}
