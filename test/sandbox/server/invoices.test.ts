// Invoices of credits from draft to payment, by the official client: what they ask for, and what becomes of the credits.
import Orb from 'orb-billing';
import { expect, onTestFinished, test } from 'vitest';
import { serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { problemsOf, sandboxAt, type TestSandbox } from '../sandbox-at.ts';

interface Scene {
  readonly orb: Orb;
  readonly box: TestSandbox;
}

async function scene(): Promise<Scene> {
  const box = await sandboxAt('2026-01-10T20:00:00Z');
  const served = await serveSandbox(box.sandbox, { port: 0, apiKey: 'My API Key' });
  onTestFinished(() => served.close());
  return { box, orb: new Orb({ apiKey: 'My API Key', baseURL: served.baseUrl, maxRetries: 0 }) };
}

const failing = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => error);

const sold = (more: object = {}) => ({
  entry_type: 'increment' as const,
  amount: 100,
  per_unit_cost_basis: '0.20',
  invoice_settings: { auto_collection: false, net_terms: 30, require_successful_payment: true, ...more },
});

/** A customer whose invoices wait to be issued, unless it is said that they do not. */
const customer = (orb: Orb, more: Partial<Orb.CustomerCreateParams> = {}) =>
  orb.customers.create({
    name: 'Hooli',
    email: 'hooli@example.com',
    external_customer_id: 'hooli',
    currency: 'USD',
    auto_issuance: false,
    ...more,
  });

async function listed(orb: Orb, query: Orb.InvoiceListParams = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { invoice_number, status } of orb.invoices.list(query))
    found.push(`${Number(invoice_number.slice(-5))} ${status}`);
  return found;
}

/** Type, amount and balances of every entry, the oldest first. */
async function lines(orb: Orb, id = 'hooli'): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of orb.customers.credits.ledger.listByExternalID(id))
    found.unshift(`${entry.entry_type} ${entry.amount}: ${entry.starting_balance} → ${entry.ending_balance}`);
  return found;
}

const blocks = async (orb: Orb, id = 'hooli') =>
  (await orb.customers.credits.listByExternalID(id, { include_all_blocks: true })).data;

test('credits that must be paid are active once their invoice is issued and paid, and only then', async () => {
  const { orb, box } = await scene();
  await customer(orb);
  const { ledger } = orb.customers.credits;
  await ledger.createEntryByExternalID('hooli', sold());
  const [draft] = (await orb.invoices.list({ status: ['draft'] })).data;
  expect(draft).toMatchObject({
    status: 'draft',
    total: '20.00',
    amount_due: '20.00',
    due_date: null,
    issued_at: null,
    will_auto_issue: false,
    eligible_to_issue_at: '2026-01-10T20:00:00+00:00',
  });
  const id = draft?.id ?? '';
  const early = { payment_received_date: '2026-01-10' };
  expect(await failing(orb.invoices.markPaid(id, early))).toBeInstanceOf(Orb.ConstraintViolation);
  box.at('2026-01-11T20:00:00Z');
  expect(await orb.invoices.issue(id, { synchronous: true })).toMatchObject({
    status: 'issued',
    issued_at: '2026-01-11T20:00:00+00:00',
    due_date: '2026-02-09T00:00:00+00:00',
    eligible_to_issue_at: null,
  });
  expect(await failing(orb.invoices.issue(id))).toBeInstanceOf(Orb.ConstraintViolation);
  expect(await blocks(orb)).toMatchObject([{ status: 'pending_payment', balance: 100 }]);
  box.at('2026-01-12T20:00:00Z');
  expect(await orb.invoices.markPaid(id, { payment_received_date: '2026-01-11' })).toMatchObject({
    status: 'paid',
    paid_at: '2026-01-11T00:00:00+00:00',
    amount_due: '20.00',
  });
  expect(await blocks(orb)).toMatchObject([{ status: 'active', balance: 100 }]);
  await ledger.createEntryByExternalID('hooli', { entry_type: 'decrement', amount: 30 });
  expect(await lines(orb)).toEqual([
    'increment 100: 0 → 0',
    'increment 100: 0 → 100',
    'decrement 30: 100 → 70',
  ]);
  const [, paid] = (await ledger.listByExternalID('hooli')).data;
  expect(paid).toMatchObject({ created_at: '2026-01-12T20:00:00+00:00' });
  expect(await failing(orb.invoices.void(id))).toBeInstanceOf(Orb.ConstraintViolation);
  await ledger.createEntryByExternalID('hooli', {
    entry_type: 'void',
    amount: 100,
    block_id: paid?.credit_block.id ?? '',
  });
  expect((await lines(orb)).slice(-2)).toEqual(['void_initiated 70: 70 → 70', 'void 70: 70 → 0']);
  // What the ledger says of itself is right.
  expect(problemsOf(box)).toEqual([]);
});

test('a payment ends the waiting of a block that was voided by hand, and brings no credits', async () => {
  const { orb, box } = await scene();
  const { id: customerId } = await customer(orb, { auto_issuance: true });
  const { ledger } = orb.customers.credits;
  const granted = await ledger.createEntry(customerId, sold());
  const other = await ledger.createEntry(customerId, { entry_type: 'increment', amount: 1 });
  const block_id = granted.credit_block.id;
  await ledger.createEntry(customerId, { entry_type: 'void', amount: 100, block_id });
  const all = async () => {
    const list = await orb.customers.credits.listByExternalID('hooli', { include_all_blocks: true });
    return list.data.map(({ balance, status }) => `${balance} ${status}`).sort();
  };
  expect(await all()).toEqual(['0 pending_payment', '0 pending_payment', '1 active']);
  const { data: invoices } = await orb.invoices.list();
  const invoiceId = invoices[0]?.id ?? '';
  await orb.invoices.markPaid(invoiceId, { payment_received_date: '2026-01-10' });
  expect(await all()).toEqual(['0 active', '0 active', '1 active']);
  await orb.creditBlocks.delete(other.credit_block.id);
  expect(await all()).toEqual(['0 active', '0 active']);
  expect(problemsOf(box)).toEqual([]);
});

test('the same key pays once', async () => {
  const { orb } = await scene();
  const { id } = await customer(orb, { auto_issuance: true });
  await orb.customers.credits.ledger.createEntry(id, sold());
  const [{ id: invoice } = { id: '' }] = (await orb.invoices.list()).data;
  const pay = () =>
    orb.invoices.markPaid(invoice, { payment_received_date: '2026-01-10' }, { idempotencyKey: 'k' });
  expect(await pay()).toEqual(await pay());
  expect(await lines(orb)).toEqual(['increment 100: 0 → 0', 'increment 100: 0 → 100']);
});

test('credits that begin later are paid for now and enter when they begin', async () => {
  const { orb, box } = await scene();
  await customer(orb);
  await orb.customers.credits.ledger.createEntryByExternalID('hooli', {
    ...sold({ invoice_date: '2026-01-10' }),
    effective_date: '2026-02-01',
  });
  const [{ id } = { id: '' }] = (await orb.invoices.list({ status: ['draft'] })).data;
  await orb.invoices.issue(id);
  await orb.invoices.markPaid(id, { payment_received_date: '2026-01-10' });
  expect(await lines(orb)).toEqual(['increment 100: 0 → 0']);
  box.at('2026-03-01T00:00:00Z');
  expect(await lines(orb)).toEqual(['increment 100: 0 → 0', 'increment 100: 0 → 100']);
  const [, entered] = [...(await orb.customers.credits.ledger.listByExternalID('hooli')).data].reverse();
  expect(entered).toMatchObject({ created_at: '2026-02-01T00:00:00+00:00' });
});

test('a draft dated in the future cannot be issued before', async () => {
  const { orb, box } = await scene();
  await customer(orb);
  await orb.customers.credits.ledger.createEntryByExternalID('hooli', sold({ invoice_date: '2026-02-01' }));
  const [{ id } = { id: '' }] = (await orb.invoices.list({ status: ['draft'] })).data;
  expect(await failing(orb.invoices.issue(id))).toBeInstanceOf(Orb.ConstraintViolation);
  box.at('2026-02-01T00:00:00Z');
  expect(await orb.invoices.issue(id)).toMatchObject({ status: 'issued' });
});

test('credits that were moved to another expiry before they were paid are active where they are', async () => {
  const { orb } = await scene();
  await customer(orb, { auto_issuance: true });
  const { ledger } = orb.customers.credits;
  const { credit_block: block } = await ledger.createEntryByExternalID('hooli', sold());
  await ledger.createEntryByExternalID('hooli', {
    entry_type: 'expiration_change',
    target_expiry_date: '2027-01-01',
    amount: 40,
    block_id: block.id,
  });
  const [{ id } = { id: '' }] = (await orb.invoices.list()).data;
  await orb.invoices.markPaid(id, { payment_received_date: '2026-01-10' });
  const active = (await blocks(orb)).map(({ status, balance }) => `${status} ${balance}`);
  expect(active.sort()).toEqual(['active 40', 'active 60']);
  expect((await lines(orb)).slice(2)).toEqual(['increment 60: 0 → 60', 'increment 40: 60 → 100']);
});

/** A top-up that has bought once, and the id of the invoice that it waits for. */
async function waitingTopUp(orb: Orb) {
  const { credits } = orb.customers;
  await credits.topUps.createByExternalID('hooli', {
    currency: 'credits',
    threshold: '10',
    amount: '50',
    per_unit_cost_basis: '0.20',
    invoice_settings: { auto_collection: false, net_terms: 0, require_successful_payment: true },
  });
  const [{ id } = { id: '' }] = (await orb.invoices.list()).data;
  return { credits, id };
}

test('an invoice that is voided takes its credits and its top-up with it', async () => {
  const { orb, box } = await scene();
  await customer(orb, { auto_issuance: true });
  const { credits, id } = await waitingTopUp(orb);
  expect(await orb.invoices.void(id)).toMatchObject({
    status: 'void',
    voided_at: '2026-01-10T20:00:00+00:00',
    paid_at: null,
  });
  expect((await credits.topUps.listByExternalID('hooli')).data).toEqual([]);
  expect(await lines(orb)).toEqual(['increment 50: 0 → 0', 'void_initiated 50: 0 → 0', 'void 50: 0 → 0']);
  expect(await failing(orb.invoices.markPaid(id, { payment_received_date: '2026-01-10' }))).toBeInstanceOf(
    Orb.ConstraintViolation,
  );
  expect(problemsOf(box)).toEqual([]);
});

test('credits that count before they are paid leave the balance with their voided invoice', async () => {
  const { orb } = await scene();
  await customer(orb, { auto_issuance: true });
  const { ledger } = orb.customers.credits;
  await ledger.createEntryByExternalID('hooli', sold({ require_successful_payment: false }));
  await ledger.createEntryByExternalID('hooli', { entry_type: 'decrement', amount: 30 });
  const [{ id } = { id: '' }] = (await orb.invoices.list()).data;
  await orb.invoices.void(id);
  expect((await lines(orb)).at(-1)).toBe('void 70: 70 → 0');
});

test('while a top-up waits for its payment it buys nothing, and once it is paid it goes on', async () => {
  const { orb } = await scene();
  await customer(orb, { auto_issuance: true });
  const { credits, id } = await waitingTopUp(orb);
  await orb.invoices.markPaid(id, { payment_received_date: '2026-01-10' });
  await credits.ledger.createEntryByExternalID('hooli', { entry_type: 'decrement', amount: 45 });
  expect(await lines(orb)).toEqual([
    'increment 50: 0 → 0',
    'increment 50: 0 → 50',
    'decrement 45: 50 → 5',
    'increment 50: 5 → 5',
  ]);
  expect(await listed(orb)).toEqual(['2 issued', '1 paid']);
});

test.each([
  ['voided', { entry_type: 'void', amount: 50 }],
  ['moved to another expiry', { entry_type: 'expiration_change', target_expiry_date: '2027-01-01' }],
  ['lapsed', { entry_type: 'expiration_change', target_expiry_date: '2026-01-10' }],
] as const)('a top-up whose credits were %s goes on waiting until its invoice is paid', async (_, change) => {
  const { orb } = await scene();
  await customer(orb, { auto_issuance: true });
  const { credits } = orb.customers;
  await credits.topUps.createByExternalID('hooli', {
    currency: 'credits',
    threshold: '10',
    amount: '50',
    per_unit_cost_basis: '0.20',
    invoice_settings: { auto_collection: false, net_terms: 0, require_successful_payment: true },
  });
  const [block] = await blocks(orb);
  await credits.ledger.createEntryByExternalID('hooli', { ...change, block_id: block?.id ?? '' });
  await credits.ledger.createEntryByExternalID('hooli', { entry_type: 'increment', amount: 1 });
  expect(await listed(orb)).toEqual(['1 issued']);
  const [{ id } = { id: '' }] = (await orb.invoices.list()).data;
  await orb.invoices.markPaid(id, { payment_received_date: '2026-01-10' });
  await credits.ledger.createEntryByExternalID('hooli', { entry_type: 'decrement', amount: 45 });
  expect(await listed(orb)).toEqual(['2 issued', '1 paid']);
});

test('free credits have an invoice over nothing, which is paid when it is issued', async () => {
  const { orb } = await scene();
  await customer(orb);
  await orb.customers.credits.ledger.createEntryByExternalID('hooli', {
    ...sold(),
    per_unit_cost_basis: '0',
  });
  expect(await blocks(orb)).toMatchObject([{ status: 'active' }]);
  const [{ id } = { id: '' }] = (await orb.invoices.list({ status: ['draft'] })).data;
  expect(await orb.invoices.issue(id)).toMatchObject({ status: 'paid', total: '0.00', amount_due: '0.00' });
});

test('totals are in the smallest unit of the currency', async () => {
  const { orb } = await scene();
  const totals: string[] = [];
  for (const currency of ['USD', 'JPY', 'KWD']) {
    const { id } = await customer(orb, { currency, external_customer_id: currency });
    const entry = { ...sold(), amount: 10.5, per_unit_cost_basis: '0.1234567' };
    await orb.customers.credits.ledger.createEntry(id, entry);
    const [invoice] = (await orb.invoices.list({ customer_id: id, status: ['draft'] })).data;
    totals.push(`${invoice?.total} ${invoice?.line_items[0]?.amount}`);
  }
  expect(totals).toEqual(['1.30 1.30', '1 1', '1.296 1.296']);
});

test('what cannot be is said in the form of the API', async () => {
  const { orb } = await scene();
  await customer(orb, { auto_issuance: true, timezone: 'Asia/Tokyo' });
  await orb.customers.credits.ledger.createEntryByExternalID('hooli', sold());
  const [{ id } = { id: '' }] = (await orb.invoices.list()).data;
  // It is the 11th in Tokyo already.
  const on = (day: string) => failing(orb.invoices.markPaid(id, { payment_received_date: day }));
  expect(await on('2026-01-12')).toBeInstanceOf(Orb.RequestValidationError);
  expect(await on('soon')).toBeInstanceOf(Orb.RequestValidationError);
  expect(String(await failing(orb.post(`/invoices/${id}/pay`)))).toContain('no payment method');
  expect(await failing(orb.invoices.fetch('none'))).toBeInstanceOf(Orb.ResourceNotFound);
  expect(await failing(orb.invoices.void('none'))).toBeInstanceOf(Orb.ResourceNotFound);
  expect(await failing(orb.invoices.list({ subscription_id: 's' }))).toBeInstanceOf(Orb.ResourceNotFound);
  expect(await failing(orb.invoices.list({ date_type: 'due_date' }))).toBeInstanceOf(
    Orb.RequestValidationError,
  );
  expect(await failing(orb.invoices.list({ due_date_window: '7w' }))).toBeInstanceOf(
    Orb.RequestValidationError,
  );
  expect(await orb.invoices.markPaid(id, { payment_received_date: '2026-01-11' })).toMatchObject({
    paid_at: '2026-01-10T15:00:00+00:00',
  });
});

test('invoices are listed by customer, status, dates and amount, page by page', async () => {
  const { orb, box } = await scene();
  await customer(orb, { auto_issuance: true });
  const sell = (id: string, amount: number, invoice_date: string) =>
    orb.customers.credits.ledger.createEntryByExternalID(id, { ...sold({ invoice_date }), amount });
  await sell('hooli', 10, '2026-01-05');
  await sell('hooli', 20, '2026-01-07');
  await sell('hooli', 30, '2026-01-06');
  await sell('acme', 40, '2026-01-01');
  const [{ id } = { id: '' }] = (await orb.invoices.list({ amount: '4' })).data;
  await orb.invoices.void(id);
  expect(await listed(orb, { limit: 1 })).toEqual(['3 issued', '1 issued', '4 issued']);
  expect(await listed(orb, { limit: 1, external_customer_id: 'hooli' })).toEqual(['3 issued', '1 issued']);
  expect(await listed(orb, { status: ['void', 'paid'] })).toEqual(['2 void']);
  expect(await listed(orb, { 'invoice_date[gte]': '2026-01-05T00:00:00Z' })).toEqual([
    '3 issued',
    '1 issued',
  ]);
  expect(await listed(orb, { 'amount[gt]': '2', 'amount[lt]': '8' })).toEqual(['3 issued']);
  expect(await listed(orb, { due_date: '2026-02-04' })).toEqual(['1 issued']);
  // Due at midnight in Los Angeles, which is a day of its own there and not in UTC.
  expect(await listed(orb, { due_date: '2026-01-31' })).toEqual(['4 issued']);
  expect(await listed(orb, { 'due_date[gt]': '2026-01-31', 'due_date[lt]': '2026-02-05' })).toEqual([
    '1 issued',
  ]);
  expect(await listed(orb, { is_recurring: true })).toEqual([]);
  box.at('2026-02-04T12:00:00Z');
  expect(await listed(orb, { due_date_window: '2d' })).toEqual(['1 issued']);
  expect(await listed(orb, { due_date_window: '1m' })).toEqual(['1 issued', '4 issued']);
});

test('a month before the last day of a long one begins at the end of a short one', async () => {
  const { orb, box } = await scene();
  await customer(orb, { auto_issuance: true });
  await orb.customers.credits.ledger.createEntryByExternalID('hooli', sold({ net_terms: 50 }));
  box.at('2026-03-31T20:00:00Z');
  // It was due on 1 March, and one month before 31 March is 28 February.
  expect(await listed(orb, { due_date_window: '1m' })).toEqual(['1 issued']);
});

test('a top-up that falls due raises its invoice before invoices are listed', async () => {
  const { orb, box } = await scene();
  await customer(orb, { auto_issuance: true });
  await orb.customers.credits.topUps.createByExternalID('hooli', {
    currency: 'credits',
    threshold: '0',
    amount: '5',
    per_unit_cost_basis: '1',
    active_from: '2026-01-12T00:00:00Z',
    invoice_settings: { auto_collection: false, net_terms: 0 },
  });
  expect(await listed(orb)).toEqual([]);
  box.at('2026-01-13T00:00:00Z');
  expect(await listed(orb)).toEqual(['1 issued']);
});

/** contract: Invoice, InvoiceLineItem, UnitPrice, CreditNote. */
const contract = {
  invoice: `
  amount_due auto_collection billing_address created_at credit_notes currency customer
  customer_balance_transactions customer_tax_id discount discounts due_date eligible_to_issue_at
  hosted_invoice_url id invoice_date invoice_number invoice_pdf invoice_source issue_failed_at
  issued_at line_items maximum maximum_amount memo metadata minimum minimum_amount paid_at
  payment_attempts payment_failed_at payment_started_at scheduled_issue_at shipping_address status
  subscription subtotal sync_failed_at total voided_at will_auto_issue`,
  line: `
  adjusted_subtotal adjustments amount credits_applied end_date filter grouping id name
  partially_invoiced_amount price quantity start_date sub_line_items subtotal tax_amounts
  usage_customer_ids`,
  price: `
  billable_metric billing_cycle_configuration billing_mode cadence composite_price_filters
  conversion_rate conversion_rate_config created_at credit_allocation currency
  dimensional_price_configuration discount external_price_id fixed_price_quantity id
  invoice_grouping_key invoicing_cycle_configuration item license_type maximum maximum_amount metadata
  minimum minimum_amount model_type name plan_phase_order price_type replaces_price_id unit_config`,
  creditNote: `
  created_at credit_note_number credit_note_pdf customer discounts id invoice_id line_items
  maximum_amount_adjustment memo minimum_amount_refunded reason subtotal total type voided_at`,
};

const namesIn = (text: string): string[] => text.trim().split(/\s+/);

test('an invoice, its line and its credit note have the fields of the contract and no other', async () => {
  const { orb } = await scene();
  const sale = sold({ mark_as_paid: true });
  const { credit_block: block } = await orb.customers.credits.ledger.createEntryByExternalID('acme', sale);
  await orb.creditBlocks.delete(block.id);
  const [invoice] = (await orb.invoices.list()).data;
  const [line] = invoice?.line_items ?? [];
  const [note] = (await orb.creditNotes.list()).data;
  expect(Object.keys(invoice ?? {}).sort()).toEqual(namesIn(contract.invoice));
  expect(Object.keys(line ?? {}).sort()).toEqual(namesIn(contract.line));
  expect(Object.keys(line?.price ?? {}).sort()).toEqual(namesIn(contract.price));
  expect(Object.keys(note ?? {}).sort()).toEqual(namesIn(contract.creditNote));
});
