// Schema steps 5 and 12: creates webhook addresses, events and the queue of deliveries.
import { nextAtInLine } from './outbox.ts';

export const webhookTables = `
CREATE TABLE webhook_addresses (
  ordinal INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE webhook_events (
  ordinal INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  customer INTEGER NOT NULL,
  -- The id of the alert, block or invoice.
  subject TEXT NOT NULL,
  threshold TEXT,
  -- Filled in before the transaction ends.
  id TEXT UNIQUE,
  created_at INTEGER,
  body TEXT
);
CREATE INDEX webhook_events_unwritten ON webhook_events (ordinal) WHERE body IS NULL;

CREATE TABLE webhook_deliveries (
  ordinal INTEGER PRIMARY KEY,
  event INTEGER NOT NULL REFERENCES webhook_events,
  address INTEGER NOT NULL,
  -- Kept for the log when the address has been removed.
  url TEXT NOT NULL,
  customer INTEGER NOT NULL,
  -- waiting, delivered, failed or removed
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  -- Real time in milliseconds, as are the next two: a moved clock does not hasten them.
  next_at INTEGER NOT NULL,
  first_at INTEGER,
  ended_at INTEGER,
  -- The status of the last answer, or why there was none.
  answer TEXT
);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (address, customer, ordinal) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE state = 'waiting';
`;

/** Schema step 12. Only a customer's first delivery to an address is due; later deliveries wait in line. */
export const deliveryLines = `
UPDATE webhook_deliveries SET next_at = ${nextAtInLine} WHERE state = 'waiting' AND ordinal NOT IN
  (SELECT min(ordinal) FROM webhook_deliveries WHERE state = 'waiting' GROUP BY address, customer);
`;
