// No query of a command may read more rows than it returns: each must be a search in an index, without sorting.
import { expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../../src/database/driver.ts';
import { alertsBeyond, alertsTied, selectKind } from '../../../src/sandbox/store/alerts.ts';
import {
  notesNewest,
  selectBalance,
  selectNotes,
  transactionsNewest,
  transactionsOfInvoice,
} from '../../../src/sandbox/store/balance.ts';
import {
  countedBefore,
  countedTied,
  drawableBeyond,
  drawableTied,
  dueInOrder,
  holdingByExpiry,
  latestEffectiveFirst,
  newestFirst,
  selectMade,
} from '../../../src/sandbox/store/blocks.ts';
import { customersBeyond, customersTied, selectChildren } from '../../../src/sandbox/store/customers.ts';
import {
  firstSince,
  lastUntil,
  selectEntries,
  selectHistory,
  selectRuns,
} from '../../../src/sandbox/store/entries.ts';
import { forgetOldest } from '../../../src/sandbox/store/idempotency.ts';
import { forgetOldEvents } from '../../../src/sandbox/store/ingested-events.ts';
import {
  invoicesBeyond,
  invoicesTied,
  selectIssued,
  selectOfBlock,
  selectUnpaid,
} from '../../../src/sandbox/store/invoices.ts';
import { selectDueAnywhere, selectLedger } from '../../../src/sandbox/store/ledgers.ts';
import { openStore } from '../../../src/sandbox/store/open.ts';
import { selectDue, selectFirstInLine, selectNext } from '../../../src/sandbox/store/outbox.ts';
import { expiriesNewest, selectBorne, selectDebts } from '../../../src/sandbox/store/overage.ts';
import { selectActive, selectAwaited, topUpsNewest } from '../../../src/sandbox/store/top-ups.ts';
import { lastOfUsage, selectUsage } from '../../../src/sandbox/store/usage.ts';
import { temporaryFolder } from '../sandbox-at.ts';

async function emptyDatabase(): Promise<Database> {
  const { database } = await openStore(`${temporaryFolder()}/plan.db`, () => undefined);
  onTestFinished(() => database.close());
  return database;
}

function planOf(database: Database, sql: string): string {
  const marks = sql.split('?').length - 1;
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array<string>(marks).fill('1'));
  return rows.map(({ detail }) => String(detail)).join('\n');
}

test.each([
  ['a ledger and its next due date', `${selectLedger} customer = ? AND currency = ?`, /blocks_due/],
  ['customers newest first', customersBeyond, /customers_newest \(created_at>\? AND created_at<\?\)/],
  ['customers of the same second', customersTied, /customers_newest \(created_at=\? AND rowid<\?\)/],
  ['the children of a customer', selectChildren, /customers_children \(parent=\?\)/],
  ['whether a customer was invoiced', selectIssued, /invoices_customer \(customer=\?\)/],
  ['invoices by date', invoicesBeyond(null), /invoices_newest \(invoice_at>\? AND invoice_at<\?\)/],
  ['invoices of the same date', invoicesTied(null), /invoices_newest \(invoice_at=\? AND rowid<\?\)/],
  [
    'invoices of a customer by date',
    invoicesBeyond(1),
    /invoices_customer \(customer=\? AND invoice_at>\? AND invoice_at<\?\)/,
  ],
  [
    'invoices of a customer of the same date',
    invoicesTied(1),
    /invoices_customer \(customer=\? AND invoice_at=\? AND rowid<\?\)/,
  ],
  ['the balance of a customer', selectBalance, /PRIMARY KEY/],
  [
    'changes of a balance newest first',
    transactionsNewest,
    /balance_transactions_customer \(customer=\? AND rowid<\?\)/,
  ],
  ['what an invoice took', transactionsOfInvoice, /balance_transactions_invoice \(invoice=\?\)/],
  ['the credit notes on an invoice', selectNotes, /credit_notes_invoice \(invoice=\?\)/],
  ['credit notes newest first', notesNewest, /PRIMARY KEY \(rowid<\?\)/],
  ['the ledgers of a customer', `${selectLedger} customer = ?`, /\(customer=\?\)/],
  [
    'what is due in any ledger',
    selectDueAnywhere,
    /blocks_soonest \(due_at>\? AND due_at<\?\)[\s\S]*top_ups_soonest \(due_at>\? AND due_at<\?\)/,
  ],
  ['due blocks', dueInOrder, /blocks_due \(ledger=\? AND due_at>\? AND due_at<\?\)/],
  ['drawable blocks', drawableBeyond, /blocks_drawable \(ledger=\? AND deduction_key>\?\)/],
  [
    'drawable blocks that are drawn alike',
    drawableTied,
    /blocks_drawable \(ledger=\? AND deduction_key=\? AND rowid>\?\)/,
  ],
  [
    'the last blocks in deduction order',
    countedBefore,
    /blocks_counted \(ledger=\? AND deduction_key>\? AND deduction_key<\?\)/,
  ],
  [
    'the last blocks that are drawn alike',
    countedTied,
    /blocks_counted \(ledger=\? AND deduction_key=\? AND rowid<\?\)/,
  ],
  ['blocks by expiry', holdingByExpiry, /blocks_expiry \(ledger=\? AND expires_at=\?\)/],
  ['open blocks', newestFirst(false), /blocks_open \(ledger=\? AND rowid<\?\)/],
  ['all blocks', newestFirst(true), /blocks_newest \(ledger=\? AND rowid<\?\)/],
  [
    'open blocks by effective date',
    latestEffectiveFirst(false).beyond,
    /blocks_open_effective \(ledger=\? AND effective_at>\? AND effective_at<\?\)/,
  ],
  [
    'all blocks by effective date',
    latestEffectiveFirst(true).beyond,
    /blocks_effective \(ledger=\? AND effective_at>\? AND effective_at<\?\)/,
  ],
  [
    'entries',
    selectEntries({ type: null, key: null }),
    /PRIMARY KEY \(ledger=\? AND sequence>\? AND sequence<\?\)/,
  ],
  [
    'entries of a type',
    selectEntries({ type: 'void', key: null }),
    /entries_type \(ledger=\? AND type=\? AND sequence>\? AND sequence<\?\)/,
  ],
  ['entries since', firstSince, /entries_time \(ledger=\? AND created_at>\?\)/],
  ['entries until', lastUntil, /entries_time \(ledger=\? AND created_at<\?\)/],
  ['runs of large entries', selectRuns(null), /PRIMARY KEY \(ledger=\? AND run>\? AND run<\?\)/],
  ['runs of large entries of a type', selectRuns('void'), /PRIMARY KEY \(ledger=\? AND run>\? AND run<\?\)/],
  ['a whole ledger', selectHistory, /PRIMARY KEY \(ledger=\?\)/],
  ['the blocks of a ledger', selectMade, /blocks_newest \(ledger=\?\)/],
  ['the invoices of a block', selectOfBlock, /invoices_block \(block=\?\)/],
  ['the unpaid invoices of a top-up', selectUnpaid, /invoices_top_up \(top_up=\?\)/],
  ['the start of a top-up', `${selectLedger} ordinal = ?`, /top_ups_active \(ledger=\?\)/],
  ['the top-up of a ledger', selectActive, /top_ups_active \(ledger=\?\)/],
  ['blocks of top-ups that are not paid', selectAwaited, /blocks_awaited \(ledger=\?\)/],
  ['top-ups newest first', topUpsNewest, /top_ups_newest \(customer=\? AND rowid<\?\)/],
  ['whether there is such an alert', selectKind, /alerts_kind \(customer=\? AND currency=\? AND type=\?\)/],
  ['alerts newest first', alertsBeyond, /alerts_newest \(customer=\? AND created_at>\? AND created_at<\?\)/],
  ['alerts of the same second', alertsTied, /alerts_newest \(customer=\? AND created_at=\? AND rowid<\?\)/],
  [
    'the last usage of a kind',
    lastOfUsage,
    /usage_entries_group \(ledger=\? AND block=\? AND price=\? AND invoice=\? AND day=\?\)/,
  ],
  ['what deductions were for', selectUsage, /PRIMARY KEY \(ledger=\? AND sequence>\? AND sequence<\?\)/],
  ['expiries newest first', expiriesNewest, /entries_type \(ledger=\? AND type=\? AND sequence<\?\)/],
  ['blocks in debt', selectDebts, /blocks_debts \(ledger=\?\)/],
  [
    'usage that a block bears',
    selectBorne,
    /usage_entries_bearer \(ledger=\? AND bearer=\? AND day_starts_at>\?\)/,
  ],
  ['keys of old events', forgetOldEvents, /ingested_events_age \(occurred_at<\?\)/],
  ['whether a webhook is due', selectDue, /webhook_deliveries_due \(next_at<\?\)/],
  ['webhooks that are due', selectNext, /webhook_deliveries_due \(next_at<\?\)/],
  [
    'the first webhook of a customer',
    selectFirstInLine,
    /webhook_deliveries_waiting \(address=\? AND customer=\?\)/,
  ],
  ['keys past their time', forgetOldest, /idempotency_age \(created_at<\?\)/],
])('%s', async (_, sql, index) => {
  const plan = planOf(await emptyDatabase(), sql);
  expect(plan).toMatch(index);
  expect(plan).not.toMatch(/SCAN (?!CONSTANT)|TEMP B-TREE/);
});
