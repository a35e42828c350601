// Checks the bodies that create and edit a customer field by field (contract: NewCustomer, EditCustomer).

import { realCurrencies } from '../../credits/real-money.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import * as check from './check.ts';
import { stringsField } from './check.ts';
import { taxIdCountries, taxIdTypes } from './tax-ids.ts';

/** The most addresses of a customer, the primary one included (contract: NewCustomer.additional_emails). */
const emailsMax = 50;

/** Reads the body of a new customer; returns every problem as a sentence. */
export function readNewCustomer(body: string | undefined): JsonObject | readonly string[] {
  return check.readBody(body, newCustomer, emailProblems);
}

/** Reads the changes to a customer; returns every problem as a sentence. */
export function readCustomerEdit(body: string | undefined): JsonObject | readonly string[] {
  return check.readBody(body, customerEdit, emailProblems);
}

function emailProblems(fields: JsonObject): readonly string[] {
  const count = stringsField(fields, 'additional_emails').length + 1;
  return count > emailsMax ? [`additional_emails: ${count} addresses are more than ${emailsMax}`] : [];
}

const isEmail = (text: string): boolean => !check.isLonger(text, 500) && /^[^\s@]+@[^\s@]+$/.test(text);
const email = check.textThat(isEmail, 'email');
const text = check.nullable(check.string);
const flag = check.nullable(check.boolean);
const address = check.nullable(
  check.shape({
    fields: { line1: text, line2: text, city: text, state: text, postal_code: text, country: text },
    required: [],
    open: true,
  }),
);

const taxId = check.nullable(
  check.shape({
    fields: {
      country: check.textThat((code) => taxIdCountries.includes(code), 'country'),
      type: check.textThat((type) => taxIdTypes.includes(type), 'type of tax id'),
      value: check.string,
    },
    required: ['country', 'type', 'value'],
    open: true,
  }),
);

const taxProviders = ['avalara', 'taxjar', 'sphere', 'numeral', 'anrok', 'stripe'];

/** contract: NewTaxConfiguration; only the Avalara object has an additional field. */
const taxConfiguration: check.Check = (value, at) => {
  const isAvalara = isJsonObject(value) && value.tax_provider === 'avalara';
  return check.shape({
    fields: {
      tax_exempt: check.boolean,
      automatic_tax_enabled: flag,
      tax_provider: check.oneOf(taxProviders),
      ...(isAvalara ? { tax_exemption_code: text } : {}),
    },
    required: ['tax_exempt', 'tax_provider'],
  })(value, at);
};

const accountingProvider = check.shape({
  fields: { provider_type: check.oneOf(['quickbooks', 'netsuite']), external_provider_id: check.string },
  required: ['provider_type', 'external_provider_id'],
  open: true,
});

const paymentProvider = check.shape({
  fields: {
    provider_type: check.oneOf(['stripe']),
    excluded_payment_method_types: check.listOf(check.string),
    default_shared_payment_token: text,
  },
  required: ['provider_type'],
  open: true,
});

/** The fields that both bodies may have. */
const common = {
  metadata: check.nullable(check.mapOf(text)),
  external_customer_id: check.nullable(check.name),
  payment_provider_id: text,
  payment_provider: check.nullable(
    check.oneOf(['quickbooks', 'bill.com', 'stripe_charge', 'stripe_invoice', 'netsuite', 'adyen']),
  ),
  shipping_address: address,
  billing_address: address,
  currency: check.nullable(check.textThat((code) => realCurrencies.has(code), 'currency of ISO 4217')),
  tax_id: taxId,
  auto_collection: flag,
  auto_issuance: flag,
  email_delivery: flag,
  tax_configuration: check.nullable(taxConfiguration),
  reporting_configuration: check.nullable(
    check.shape({ fields: { exempt: check.boolean }, required: ['exempt'], open: true }),
  ),
  accounting_sync_configuration: check.nullable(
    check.shape({
      fields: {
        excluded: flag,
        accounting_providers: check.nullable(check.listOf(accountingProvider)),
      },
      required: [],
      open: true,
    }),
  ),
  hierarchy: check.nullable(
    check.shape({
      fields: { parent_customer_id: text, child_customer_ids: check.listOf(check.string) },
      required: [],
      open: true,
    }),
  ),
  payment_configuration: check.nullable(
    check.shape({
      fields: { payment_providers: check.listOf(paymentProvider) },
      required: [],
      open: true,
    }),
  ),
} as const;

const newCustomer = check.shape({
  fields: {
    ...common,
    name: check.name,
    email,
    timezone: text,
    additional_emails: check.nullable(check.listOf(email)),
  },
  required: ['name', 'email'],
});

const distinctEmails: check.Check = (value, at) => {
  const problems = check.listOf(email)(value, at);
  return problems.length > 0 ? problems : check.distinctStrings(value, at);
};

const customerEdit = check.shape({
  fields: {
    ...common,
    name: check.nullable(check.name),
    email: check.nullable(email),
    additional_emails: check.nullable(distinctEmails),
    default_payment_method_id: text,
  },
  required: [],
});
