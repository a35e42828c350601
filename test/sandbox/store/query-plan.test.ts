// No query of a command may read more rows than it returns: each must be a search in an index, without sorting.
import { expect, onTestFinished, test } from 'vitest';
import {
  drawableBeyond,
  drawableTied,
  dueInOrder,
  holdingByExpiry,
  lastFiltered,
  lastUnfiltered,
  latestEffectiveFirst,
  newestFirst,
} from '../../../src/sandbox/store/blocks.ts';
import { customersBeyond, customersTied } from '../../../src/sandbox/store/customers.ts';
import type { Database } from '../../../src/sandbox/store/driver.ts';
import { firstSince, lastUntil, selectEntries, selectRuns } from '../../../src/sandbox/store/entries.ts';
import { forgetOldest } from '../../../src/sandbox/store/idempotency.ts';
import { selectLedger } from '../../../src/sandbox/store/ledgers.ts';
import { openStore } from '../../../src/sandbox/store/open.ts';
import { lastOfUsage } from '../../../src/sandbox/store/post-usage.ts';
import { usageBetween } from '../../../src/sandbox/store/usage.ts';
import { usageSchema } from '../../../src/sandbox/store/usage-schema.ts';
import { temporaryFolder } from '../sandbox-at.ts';

async function emptyDatabase(): Promise<Database> {
  const { database } = await openStore(`${temporaryFolder()}/plan.db`, () => undefined);
  database.exec(usageSchema);
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
  ['due blocks', dueInOrder, /blocks_due \(ledger=\? AND due_at>\? AND due_at<\?\)/],
  ['drawable blocks', drawableBeyond, /blocks_drawable \(ledger=\? AND deduction_key>\?\)/],
  [
    'drawable blocks that are drawn alike',
    drawableTied,
    /blocks_drawable \(ledger=\? AND deduction_key=\? AND rowid>\?\)/,
  ],
  ['the last block for all items', lastUnfiltered, /blocks_counted \(ledger=\? AND deduction_key>\?\)/],
  ['the last block for some items', lastFiltered, /blocks_counted \(ledger=\? AND deduction_key<\?\)/],
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
  [
    'the last usage of a kind',
    lastOfUsage,
    /usage_entries_group \(ledger=\? AND block=\? AND price=\? AND invoice=\? AND day=\?\)/,
  ],
  ['what deductions were for', usageBetween, /PRIMARY KEY \(ledger=\? AND sequence>\? AND sequence<\?\)/],
  ['keys past their time', forgetOldest, /idempotency_age \(created_at<\?\)/],
])('%s', async (_, sql, index) => {
  const plan = planOf(await emptyDatabase(), sql);
  expect(plan).toMatch(index);
  expect(plan).not.toMatch(/SCAN (?!CONSTANT)|TEMP B-TREE/);
});
