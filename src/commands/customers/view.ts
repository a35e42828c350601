// Defines the view of customers.
import type { Customer } from '../../credits/customer.ts';
import { plainColumn, type View } from '../../output/view.ts';
import { instantColumn, metadataColumn } from '../../views/column-kinds.ts';

const plain = plainColumn<Customer>;

export const customersView: View<Customer> = {
  columns: [
    { ...plain('external_customer_id'), header: 'customer' },
    { name: 'id', text: ({ id }) => id },
    { name: 'name', shortens: true, hideRank: 1, text: ({ name }) => name },
    { name: 'email', header: 'e-mail', hideRank: 2, text: ({ email }) => email },
    { name: 'timezone', header: 'time zone', hideRank: 3, text: ({ timezone }) => timezone },
    { name: 'currency', hideRank: 5, text: ({ currency }) => currency ?? '' },
    instantColumn({ name: 'created_at', header: 'created', hideRank: 4 }, ({ created_at }) => created_at),
    metadataColumn({ name: 'metadata', hideRank: 6 }),
  ],
  usual: ['external_customer_id', 'id', 'name', 'email', 'timezone', 'currency', 'created_at'],
  fields: [
    'id',
    'external_customer_id',
    'name',
    'email',
    'timezone',
    'currency',
    'balance',
    'created_at',
    'metadata',
    'metadata.*',
    'payment_provider',
    'payment_provider_id',
    'auto_collection',
    'auto_issuance',
    'email_delivery',
    'additional_emails',
    'billing_address',
    'shipping_address',
    'tax_id',
    'automatic_tax_enabled',
    'exempt_from_automated_tax',
    'portal_url',
    'hierarchy',
    'hierarchy.parent',
    'hierarchy.children',
    'accounting_sync_configuration',
    'reporting_configuration',
    'payment_configuration',
    'default_payment_method',
  ],
  none: 'no customers',
};

/** The view of search results. An empty list may be due to the text, so the note names the whole list. */
export const foundCustomersView: View<Customer> = {
  ...customersView,
  none: 'no customers match. List all: creditctl customers list',
};

/** Shows the times of one customer in the customer's own zone. */
export const zoneOf = async ({ timezone }: Customer): Promise<string> => timezone;
