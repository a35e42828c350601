// The bodies that create and edit a customer, checked field by field (contract: NewCustomer, EditCustomer).
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import * as check from './check.ts';
import { stringsField } from './field.ts';

/** Addresses of a customer, the primary one included (contract: NewCustomer.additional_emails). */
const emailsMax = 50;

/** Reads the body of a new customer; everything that is wrong with it comes back as sentences. */
export function readNewCustomer(body: string | undefined): JsonObject | readonly string[] {
  return readCustomer(body, newCustomer);
}

/** Reads the changes to a customer; everything that is wrong with them comes back as sentences. */
export function readCustomerEdit(body: string | undefined): JsonObject | readonly string[] {
  return readCustomer(body, customerEdit);
}

function readCustomer(body: string | undefined, checked: check.Check): JsonObject | readonly string[] {
  const fields = check.readObject(body);
  if (check.isProblems(fields)) return fields;
  const problems = [...checked(fields, ''), ...emailProblems(fields)];
  return problems.length > 0 ? problems : fields;
}

function emailProblems(fields: JsonObject): readonly string[] {
  const count = stringsField(fields, 'additional_emails').length + 1;
  return count > emailsMax ? [`additional_emails: ${count} addresses are more than ${emailsMax}`] : [];
}

const isEmail = (text: string): boolean => text.length <= 500 && /^[^\s@]+@[^\s@]+$/.test(text);
const email = check.textThat(isEmail, 'email');
const text = check.nullable(check.string);
const flag = check.nullable(check.boolean);
/** Objects whose inside this ledger has no use for. */
const settings = check.nullable((value, at) =>
  isJsonObject(value) ? [] : [`${at}: is not of type 'object'`],
);

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
      country: check.textThat((code) => /^[A-Z]{2}$/.test(code), 'country'),
      type: check.string,
      value: check.string,
    },
    required: ['country', 'type', 'value'],
    open: true,
  }),
);

const name = check.textOf(1, 500);

/** What both bodies may say. */
const common = {
  metadata: check.nullable(check.mapOf(text)),
  external_customer_id: check.nullable(check.textOf(1, 500)),
  payment_provider_id: text,
  payment_provider: check.nullable(
    check.oneOf(['quickbooks', 'bill.com', 'stripe_charge', 'stripe_invoice', 'netsuite', 'adyen']),
  ),
  shipping_address: address,
  billing_address: address,
  currency: check.nullable(check.textThat((code) => /^[A-Z]{3}$/.test(code), 'currency')),
  tax_id: taxId,
  auto_collection: flag,
  auto_issuance: flag,
  email_delivery: flag,
  tax_configuration: settings,
  reporting_configuration: check.nullable(
    check.shape({ fields: { exempt: check.boolean }, required: ['exempt'], open: true }),
  ),
  accounting_sync_configuration: settings,
  hierarchy: check.nullable(
    check.shape({
      fields: { parent_customer_id: text, child_customer_ids: check.listOf(check.string) },
      required: [],
      open: true,
    }),
  ),
  payment_configuration: settings,
} as const;

const newCustomer = check.shape({
  fields: {
    ...common,
    name,
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
    name: check.nullable(name),
    email: check.nullable(email),
    additional_emails: check.nullable(distinctEmails),
    default_payment_method_id: text,
  },
  required: [],
});
