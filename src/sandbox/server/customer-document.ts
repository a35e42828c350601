// A customer as the API tells it (contract: Customer); what the ledger itself has no use for is kept as it was given.
import { formatInstant } from '../../credits/instant.ts';
import { type Json, type JsonObject, parseJson, writeJson } from '../../wire/json.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { booleanField, metadataField, objectField, stringsField, textField } from './field.ts';

export function customerDocument(customer: StoredCustomer): JsonObject {
  const details = parseJson(customer.details) as JsonObject;
  return {
    metadata: details.metadata ?? {},
    id: customer.id,
    external_customer_id: customer.externalId,
    name: customer.name,
    email: customer.email,
    timezone: customer.timezone,
    currency: customer.currency,
    created_at: formatInstant(customer.createdAt),
    // The accounts-receivable balance, which has nothing to do with credits (orb-api.md §8).
    balance: '0.00',
    ...details,
    exempt_from_automated_tax: null,
    portal_url: null,
    accounting_sync_configuration: null,
    payment_configuration: null,
    default_payment_method: null,
    automatic_tax_enabled: false,
  };
}

/** The related customers, found beforehand (contract: CustomerHierarchy). */
export interface Hierarchy {
  readonly parent: StoredCustomer | null;
  readonly children: readonly StoredCustomer[];
}

/** What the store keeps of a new customer beside its columns. @param fields a checked body */
export function customerDetails(fields: JsonObject, { parent, children }: Hierarchy): string {
  const provider = textField(fields, 'payment_provider');
  return writeJson({
    metadata: metadataField(fields),
    payment_provider_id: textField(fields, 'payment_provider_id'),
    payment_provider: provider,
    shipping_address: address(objectField(fields, 'shipping_address')),
    billing_address: address(objectField(fields, 'billing_address')),
    tax_id: objectField(fields, 'tax_id'),
    auto_collection: booleanField(fields, 'auto_collection') ?? provider !== null,
    email_delivery: booleanField(fields, 'email_delivery') ?? true,
    auto_issuance: booleanField(fields, 'auto_issuance'),
    additional_emails: stringsField(fields, 'additional_emails'),
    reporting_configuration: objectField(fields, 'reporting_configuration'),
    hierarchy: {
      parent: parent === null ? null : minified(parent),
      children: children.map(minified),
    },
  });
}

const minified = ({ id, externalId }: StoredCustomer): JsonObject => ({
  id,
  external_customer_id: externalId,
});

function address(given: JsonObject | null): Json {
  if (given === null) return null;
  const parts = ['line1', 'line2', 'city', 'state', 'postal_code', 'country'];
  return Object.fromEntries(parts.map((part) => [part, textField(given, part)]));
}
