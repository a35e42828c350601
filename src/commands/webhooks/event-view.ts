// Defines the view of an event as it was received: its own document, unchanged.
import { type Row, viewOf } from '../../output/view.ts';
import { type JsonObject, writeJson } from '../../wire/json.ts';

export const eventRow = (event: JsonObject): Row<JsonObject> => ({ record: event, document: event });

const column = (name: string) => ({
  name,
  header: name,
  text: (event: JsonObject) => {
    const value = event[name];
    return typeof value === 'string' ? value : value === undefined ? '' : writeJson(value);
  },
});

export const eventView = viewOf<JsonObject>({
  columns: [column('id'), column('created_at'), column('type')],
  fields: [
    'id',
    'created_at',
    'type',
    'customer',
    'customer.id',
    'customer.external_customer_id',
    'customer.name',
    'invoice',
    'invoice.id',
    'invoice.invoice_number',
    'invoice.total',
    'invoice.amount_due',
    'properties',
    'properties.balance_threshold',
  ],
  none: '',
});
