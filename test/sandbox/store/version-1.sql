CREATE TABLE customers (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  external_id TEXT UNIQUE,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  timezone TEXT NOT NULL,
  currency TEXT,
  created_at INTEGER NOT NULL,
  details TEXT NOT NULL
);
CREATE INDEX customers_newest ON customers (created_at);

CREATE TABLE ledgers (
  ordinal INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customers,
  currency TEXT NOT NULL,
  balance TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  last_at INTEGER,
  UNIQUE (customer, currency)
);

CREATE TABLE blocks (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  ledger INTEGER NOT NULL REFERENCES ledgers,
  balance TEXT NOT NULL,
  initial TEXT NOT NULL,
  effective_at INTEGER NOT NULL,
  expires_at INTEGER,
  cost_basis TEXT,
  status TEXT NOT NULL,
  counted INTEGER NOT NULL,
  filters TEXT NOT NULL,
  source TEXT NOT NULL,
  decremented TEXT NOT NULL,
  voided TEXT NOT NULL,
  -- What follows from the columns above, for the indexes below.
  sign INTEGER NOT NULL,
  deduction_key TEXT NOT NULL,
  due_at INTEGER
);
CREATE INDEX blocks_newest ON blocks (ledger);
CREATE INDEX blocks_effective ON blocks (ledger, effective_at);
CREATE INDEX blocks_open ON blocks (ledger) WHERE sign <> 0;
CREATE INDEX blocks_open_effective ON blocks (ledger, effective_at) WHERE sign <> 0;
CREATE INDEX blocks_expiry ON blocks (ledger, expires_at) WHERE sign = 1;
CREATE INDEX blocks_drawable ON blocks (ledger, deduction_key) WHERE sign = 1 AND counted = 1;
CREATE INDEX blocks_counted ON blocks (ledger, deduction_key) WHERE counted = 1;
CREATE INDEX blocks_due ON blocks (ledger, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE entries (
  ledger INTEGER NOT NULL REFERENCES ledgers,
  sequence INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  amount TEXT NOT NULL,
  amount_key TEXT NOT NULL,
  starting TEXT NOT NULL,
  ending TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  description TEXT,
  metadata TEXT NOT NULL,
  block TEXT NOT NULL,
  new_block_expires_at INTEGER,
  void_amount TEXT,
  void_reason TEXT,
  invoice TEXT,
  PRIMARY KEY (ledger, sequence)
) WITHOUT ROWID;
CREATE INDEX entries_type ON entries (ledger, type, sequence);
CREATE INDEX entries_time ON entries (ledger, created_at, sequence);

-- The largest amount of each type among a run of neighbouring entries, to skip whole runs below a minimum.
CREATE TABLE amount_peaks (
  ledger INTEGER NOT NULL REFERENCES ledgers,
  run INTEGER NOT NULL,
  type TEXT NOT NULL,
  peak TEXT NOT NULL,
  PRIMARY KEY (ledger, run, type)
) WITHOUT ROWID;

CREATE TABLE invoices (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  block TEXT NOT NULL,
  currency TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  invoice_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  unit_price TEXT NOT NULL,
  total TEXT NOT NULL,
  item_id TEXT NOT NULL,
  line_item_id TEXT NOT NULL,
  price_id TEXT NOT NULL,
  memo TEXT,
  auto_collection INTEGER NOT NULL
);
CREATE INDEX invoices_block ON invoices (block);

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_at);

INSERT INTO customers VALUES (1, 'RUMy5qHhtTtn7S79', 'acme', 'Acme Corp', 'billing@acme.example.com', 'America/Los_Angeles', 'USD', 1768046400000, '{"metadata":{},"payment_provider_id":null,"payment_provider":null,"shipping_address":null,"billing_address":null,"tax_id":null,"auto_collection":false,"email_delivery":true,"auto_issuance":null,"additional_emails":[],"reporting_configuration":null,"hierarchy":{"parent":null,"children":[]}}');
INSERT INTO customers VALUES (2, 'PAwCQwSSGb78bmbK', 'globex', 'Globex', 'accounts@globex.example.com', 'Europe/London', 'GBP', 1768046400000, '{"metadata":{},"payment_provider_id":null,"payment_provider":null,"shipping_address":null,"billing_address":null,"tax_id":null,"auto_collection":false,"email_delivery":true,"auto_issuance":null,"additional_emails":[],"reporting_configuration":null,"hierarchy":{"parent":null,"children":[]}}');
INSERT INTO customers VALUES (3, 'hpqcH4Ytq2tKxKZf', 'initech', 'Initech', 'finance@initech.example.com', 'Asia/Tokyo', 'JPY', 1768046400000, '{"metadata":{},"payment_provider_id":null,"payment_provider":null,"shipping_address":null,"billing_address":null,"tax_id":null,"auto_collection":false,"email_delivery":true,"auto_issuance":null,"additional_emails":[],"reporting_configuration":null,"hierarchy":{"parent":null,"children":[]}}');
INSERT INTO customers VALUES (4, 'gJugfKL6MSfhs9UY', 'umbrella', 'Umbrella', 'u@example.com', 'UTC', NULL, 1768046400000, '{"metadata":{},"payment_provider_id":null,"payment_provider":null,"shipping_address":null,"billing_address":null,"tax_id":null,"auto_collection":false,"email_delivery":true,"auto_issuance":null,"additional_emails":[],"reporting_configuration":null,"hierarchy":{"parent":null,"children":[]}}');
INSERT INTO customers VALUES (5, 'MSuEWoqfrMJQwiHW', 'kid', 'Kid', 'k@example.com', 'UTC', NULL, 1768046400000, '{"metadata":{},"payment_provider_id":null,"payment_provider":null,"shipping_address":null,"billing_address":null,"tax_id":null,"auto_collection":false,"email_delivery":true,"auto_issuance":null,"additional_emails":[],"reporting_configuration":null,"hierarchy":{"parent":{"id":"gJugfKL6MSfhs9UY","external_customer_id":"umbrella"},"children":[]}}');
INSERT INTO customers VALUES (6, '5mBwMPW6is4pPX4e', 'holding', 'Holding', 'h@example.com', 'UTC', NULL, 1768046400000, '{"metadata":{},"payment_provider_id":null,"payment_provider":null,"shipping_address":null,"billing_address":null,"tax_id":null,"auto_collection":false,"email_delivery":true,"auto_issuance":null,"additional_emails":[],"reporting_configuration":null,"hierarchy":{"parent":null,"children":[{"id":"hpqcH4Ytq2tKxKZf","external_customer_id":"initech"}]}}');
INSERT INTO ledgers VALUES (1, 1, 'credits', '80', 8, 1768046700000);
INSERT INTO ledgers VALUES (2, 2, 'credits', '-7', 1, 1768046700000);
INSERT INTO blocks VALUES (1, 'mREFRqT6TwqoGgA6', 1, '25', '100', 1768046400000, 1780297200000, '0.20', 'active', 1, '[]', 'manual', '30', '10', 1, '1 063947516400 0010.2', 1780297200000);
INSERT INTO blocks VALUES (2, 'pRSTWwC3naP329SM', 1, '50', '50', 1768046460000, NULL, NULL, 'active', 1, '[]', 'manual', '0', '0', 1, '1 ~ 0010', NULL);
INSERT INTO blocks VALUES (3, 'EtRafmLeVuTsLfDU', 1, '0', '30', 1768046400000, 1772352000000, '0.20', 'active', 1, '[]', 'manual', '30', '0', 0, '1 063939571200 0010.2', NULL);
INSERT INTO blocks VALUES (4, 'cCQevmj794DW3SZM', 1, '0', '10', 1768046400000, 1768046640000, '0.20', 'active', 1, '[]', 'manual', '0', '10', 0, '1 063935265840 0010.2', NULL);
INSERT INTO blocks VALUES (5, 'NsRHtaoewF5ZAkzM', 1, '5', '5', 1768046400000, 1769932800000, '0.20', 'active', 1, '[]', 'manual', '0', '0', 1, '1 063937152000 0010.2', 1769932800000);
INSERT INTO blocks VALUES (6, 'MMUsF69URuq2Lm4F', 2, '-7', '0', 1768046700000, NULL, NULL, 'active', 1, '[]', 'manual', '7', '0', -1, '1 ~ 0010', NULL);
INSERT INTO entries VALUES (1, 1, 'LHb6FkyyS6CEVCBH', 'increment', '100', '003100', '0', '100', 1768046400000, 'Purchased', '{}', 'mREFRqT6TwqoGgA6', NULL, NULL, NULL, 'T65oX9D5mRavv3ir');
INSERT INTO entries VALUES (1, 2, 'xjaoABe9WGVpD8js', 'increment', '50', '00250', '100', '150', 1768046460000, NULL, '{}', 'pRSTWwC3naP329SM', NULL, NULL, NULL, NULL);
INSERT INTO entries VALUES (1, 3, 'mB7uWhnceWhAbB9P', 'expiration_change', '30', '00230', '150', '150', 1768046520000, NULL, '{}', 'mREFRqT6TwqoGgA6', 1772352000000, NULL, NULL, NULL);
INSERT INTO entries VALUES (1, 4, 'cFeiHy6RfZcs7D8S', 'decrement', '30', '00230', '150', '120', 1768046580000, 'Usage', '{}', 'EtRafmLeVuTsLfDU', NULL, NULL, NULL, NULL);
INSERT INTO entries VALUES (1, 5, 'ZiyxtVWhVHjqgVTf', 'decrement', '30', '00230', '120', '90', 1768046580000, 'Usage', '{}', 'mREFRqT6TwqoGgA6', NULL, NULL, NULL, NULL);
INSERT INTO entries VALUES (1, 6, '6oeH2kVFnUPQvSrJ', 'void_initiated', '40', '00240', '90', '90', 1768046640000, NULL, '{}', 'mREFRqT6TwqoGgA6', 1768046640000, '10', 'refund', NULL);
INSERT INTO entries VALUES (1, 7, 'GMTM2JG3cFchZi7c', 'void', '10', '00210', '90', '80', 1768046640000, NULL, '{}', 'cCQevmj794DW3SZM', NULL, '10', 'refund', NULL);
INSERT INTO entries VALUES (1, 8, 'DxCHECwYBkrJiLkH', 'expiration_change', '5', '0015', '80', '80', 1768046700000, NULL, '{}', 'mREFRqT6TwqoGgA6', 1769932800000, NULL, NULL, NULL);
INSERT INTO entries VALUES (2, 1, '9Tjm4toNoKXGcB6J', 'decrement', '7', '0017', '0', '-7', 1768046700000, NULL, '{}', 'MMUsF69URuq2Lm4F', NULL, NULL, NULL, NULL);
INSERT INTO amount_peaks VALUES (1, 0, 'decrement', '00230');
INSERT INTO amount_peaks VALUES (1, 0, 'expiration_change', '00230');
INSERT INTO amount_peaks VALUES (1, 0, 'increment', '003100');
INSERT INTO amount_peaks VALUES (1, 0, 'void', '00210');
INSERT INTO amount_peaks VALUES (1, 0, 'void_initiated', '00240');
INSERT INTO amount_peaks VALUES (2, 0, 'decrement', '0017');
INSERT INTO invoices VALUES (1, 'T65oX9D5mRavv3ir', 'mREFRqT6TwqoGgA6', 'USD', 'issued', 1768046400000, 1768032000000, 1768032000000, '100', '0.2', '20', 'p38LBsRfAt4tsxVm', '6oGtYJgLPRByPxx8', 'PAqQQsY5JoDGDAbz', NULL, 1);
INSERT INTO idempotency VALUES ('first', 'bc1BnMQt/NsFFaSKf/smxeLxADSPFpuhFjwYp6Bmyz0=', 201, '{"metadata":{},"id":"LHb6FkyyS6CEVCBH","ledger_sequence_number":1,"entry_status":"pending","customer":{"id":"RUMy5qHhtTtn7S79","external_customer_id":"acme"},"starting_balance":0,"ending_balance":100,"amount":100,"currency":"credits","created_at":"2026-01-10T12:00:00+00:00","description":"Purchased","credit_block":{"id":"mREFRqT6TwqoGgA6","expiry_date":"2026-06-01T07:00:00+00:00","per_unit_cost_basis":"0.20","filters":[]},"entry_type":"increment","created_invoices":[{"metadata":{},"id":"T65oX9D5mRavv3ir","invoice_number":"JYEFHK-00001","invoice_source":"one_off","status":"issued","currency":"USD","customer":{"id":"RUMy5qHhtTtn7S79","external_customer_id":"acme"},"subscription":null,"created_at":"2026-01-10T12:00:00+00:00","invoice_date":"2026-01-10T08:00:00+00:00","due_date":"2026-01-10T08:00:00+00:00","issued_at":"2026-01-10T12:00:00+00:00","paid_at":null,"voided_at":null,"scheduled_issue_at":null,"eligible_to_issue_at":null,"issue_failed_at":null,"sync_failed_at":null,"payment_failed_at":null,"payment_started_at":null,"will_auto_issue":false,"subtotal":"20.00","total":"20.00","amount_due":"20.00","auto_collection":{"enabled":true,"next_attempt_at":null,"previously_attempted_at":null,"num_attempts":null},"memo":null,"invoice_pdf":null,"hosted_invoice_url":null,"shipping_address":null,"billing_address":null,"customer_tax_id":null,"customer_balance_transactions":[],"credit_notes":[],"payment_attempts":[],"discount":null,"discounts":[],"minimum":null,"minimum_amount":null,"maximum":null,"maximum_amount":null,"line_items":[{"id":"6oGtYJgLPRByPxx8","name":"Credits","quantity":100,"amount":"20.00","subtotal":"20.00","adjusted_subtotal":"20.00","credits_applied":"0.00","partially_invoiced_amount":"0.00","start_date":"2026-01-10T08:00:00+00:00","end_date":"2026-01-10T08:00:00+00:00","grouping":null,"filter":null,"adjustments":[],"sub_line_items":[],"tax_amounts":[],"usage_customer_ids":null,"price":{"id":"PAqQQsY5JoDGDAbz","name":"Credits","model_type":"unit","unit_config":{"unit_amount":"0.2","prorated":false},"price_type":"fixed_price","cadence":"one_time","billing_mode":"in_advance","billing_cycle_configuration":{"duration":1,"duration_unit":"month"},"invoicing_cycle_configuration":null,"currency":"USD","item":{"id":"p38LBsRfAt4tsxVm","name":"Credits"},"fixed_price_quantity":100,"created_at":"2026-01-10T12:00:00+00:00","metadata":{},"external_price_id":null,"replaces_price_id":null,"billable_metric":null,"dimensional_price_configuration":null,"plan_phase_order":null,"conversion_rate":null,"conversion_rate_config":null,"credit_allocation":null,"composite_price_filters":null,"invoice_grouping_key":null,"license_type":null,"discount":null,"discounts":[],"minimum":null,"minimum_amount":null,"maximum":null,"maximum_amount":null}}]}]}', 1768046400000);

PRAGMA user_version=1;
