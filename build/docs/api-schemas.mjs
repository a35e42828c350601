// Describes the API's documents in JSON Schema: the fields that the program decodes, and those that its tables name.
import {
  all,
  credits,
  list,
  mapOf,
  money,
  open,
  orNull,
  text,
  texts,
  time,
  whole,
  yesOrNo,
} from './schema-forms.mjs';

const metadata = mapOf(text);
const holder = open({ id: text, external_customer_id: orNull(text) });
const filters = list(open({ field: text, operator: text, values: texts }));
const blockOfEntry = open({
  id: text,
  expiry_date: orNull(time),
  per_unit_cost_basis: orNull(money),
  filters,
});

/** The additional fields of one type of entry. */
const ofType = (type, properties) => ({
  if: { properties: { entry_type: { const: type } }, required: ['entry_type'] },
  // biome-ignore lint/suspicious/noThenProperty: this is a keyword of JSON Schema.
  then: { properties, required: Object.keys(properties) },
});

function entry({ entryStatuses }) {
  const voided = { void_amount: credits, void_reason: orNull(text) };
  return {
    title: 'An entry of a customer’s ledger, as the API sends it',
    ...open({
      id: text,
      ledger_sequence_number: whole,
      entry_type: { ...text, description: 'increment, decrement, … or a type that the API added since' },
      entry_status: { ...text, description: entryStatuses.join(' or ') },
      customer: holder,
      starting_balance: credits,
      ending_balance: credits,
      amount: { ...credits, description: 'never negative: the balances say the direction' },
      currency: text,
      created_at: time,
      description: orNull(text),
      credit_block: blockOfEntry,
      metadata,
    }),
    allOf: [
      ofType('expiration_change', { new_block_expiry_date: orNull(time) }),
      ofType('void_initiated', { new_block_expiry_date: time, ...voided }),
      ofType('void', voided),
    ],
  };
}

const block = ({ blockStatuses, blockSources }) => ({
  title: 'A credit block, as the API sends it',
  ...open({
    id: text,
    balance: credits,
    effective_date: orNull(time),
    expiry_date: orNull(time),
    per_unit_cost_basis: orNull(money),
    status: { ...text, description: blockStatuses.join(' or ') },
    maximum_initial_balance: orNull(credits),
    filters,
    credit_block_source: { ...text, description: blockSources.join(', ') },
    metadata,
  }),
});

const customer = () => ({
  title: 'A customer, as the API sends it',
  ...open({
    id: text,
    external_customer_id: orNull(text),
    name: text,
    email: text,
    timezone: text,
    currency: orNull(text),
    created_at: time,
    metadata,
  }),
});

const topUp = ({ topUpExpiryUnits }) => ({
  title: 'A top-up, as the API sends it',
  ...open(
    {
      id: text,
      currency: text,
      threshold: money,
      amount: money,
      per_unit_cost_basis: money,
      invoice_settings: open(
        { auto_collection: yesOrNo, net_terms: whole },
        { memo: orNull(text), require_successful_payment: yesOrNo },
      ),
    },
    {
      expires_after: orNull(whole),
      expires_after_unit: { ...orNull(text), description: topUpExpiryUnits.join(' or ') },
    },
  ),
});

const alert = () => ({
  title: 'An alert, as the API sends it',
  ...open(
    {
      id: text,
      type: text,
      created_at: time,
      enabled: yesOrNo,
      thresholds: orNull(list(open({ value: credits }))),
      customer: orNull(holder),
      currency: orNull(text),
    },
    { balance_alert_status: orNull(list(open({ threshold_value: credits, in_alert: yesOrNo }))) },
  ),
});

const invoice = ({ invoiceStatuses }) => ({
  title: 'An invoice, as the API sends it',
  ...open({
    id: text,
    invoice_number: text,
    status: { ...text, description: invoiceStatuses.join(', ') },
    customer: holder,
    currency: text,
    total: money,
    amount_due: money,
    invoice_date: time,
    ...all(['due_date', 'issued_at', 'paid_at', 'voided_at'], orNull(time)),
    memo: orNull(text),
  }),
});

const blockInvoice = () => ({
  title: 'The invoice of a block in short, as the API sends it',
  ...open({
    id: text,
    invoice_number: text,
    status: text,
    customer: holder,
    subscription: orNull(open({ id: text })),
  }),
});

const event = () => ({
  title: 'An event that a webhook brought, as it was signed',
  ...open({ id: text, created_at: text, type: text }),
});

/** By file name. */
export const apiSchemas = (program) => ({
  entry: entry(program),
  block: block(program),
  customer: customer(),
  'top-up': topUp(program),
  alert: alert(),
  invoice: invoice(program),
  'block-invoice': blockInvoice(),
  event: event(),
});
