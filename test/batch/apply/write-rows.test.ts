import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BatchJournal, readBatchJournal } from '../../../src/batch/apply/batch-journal.ts';
import { ConcurrencyLimit } from '../../../src/batch/apply/concurrency-limit.ts';
import { RowStates } from '../../../src/batch/apply/row-states.ts';
import { type BatchWrite, type Tally, writeRows } from '../../../src/batch/apply/write-rows.ts';
import { CreditctlError } from '../../../src/errors.ts';
import type { SendRow } from '../../../src/orb/connection.ts';

const locking = { runner: { machine: 'm', pid: 1 }, isAlive: () => false };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const rowsOf = (count: number): BatchWrite[] =>
  Array.from({ length: count }, (_, row) => ({
    row,
    key: `batch-${String(row).padStart(8, '0').padEnd(40, '0')}`,
    customer: { id: `customer${row}` },
    request: { method: 'POST', path: `/customers/customer${row}/credits/ledger_entry`, body: {} },
  }));

/** Carries rows over a real journal; resolves with why it stopped, and the last thing noted of each row. */
async function carried(
  groups: Parameters<typeof writeRows>[0],
  { send, ahead }: { readonly send: (row: string) => void; readonly ahead: number },
) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-carry-'));
  folders.push(folder);
  const file = path.join(folder, 'journal.ndjson');
  const journal = new BatchJournal(file, locking);
  const interruption = new AbortController();
  const tally: Tally = { succeeded: 0, refused: 0, unknown: 0, retries: 0 };
  const sendRow: SendRow = async (_request, key) => {
    send(key);
    return { status: 201, document: { id: 'e' }, replayed: false };
  };
  const stopped = await writeRows(groups, {
    send: (request, key, around) => {
      if (/^batch-\d{7}1/.test(key)) interruption.abort();
      return sendRow(request, key, around);
    },
    journal,
    states: new RowStates(),
    now: () => 0,
    interruption: interruption.signal,
    tally,
    limit: new ConcurrencyLimit(),
    ahead,
    onEnd: () => {},
  });
  journal.flush();
  const last = new Map<number, string>();
  readBatchJournal(file, locking, { onRow: ({ row, event }) => last.set(row, event) });
  return { stopped, last };
}

test('rows that were begun ahead and did not leave any more are noted as not sent', async () => {
  const sent: string[] = [];
  const { stopped, last } = await carried([rowsOf(3), rowsOf(20).slice(3)], {
    send: (key) => sent.push(key),
    ahead: 4,
  });
  expect(stopped).toBeUndefined();
  expect([...last.values()].filter((event) => event === 'settled')).toHaveLength(sent.length);
  expect([...last.values()]).not.toContain('intended');
  expect(last.size).toBeGreaterThan(sent.length);
  // Two groups at most, however many rows there are.
  expect(last.size).toBeLessThanOrEqual(8);
});

test('a plan that cannot be read to its end ends the run by name, and what was begun is sent or given back', async () => {
  const unreadable = new CreditctlError('failure', 'the plan cannot be read');
  async function* groups() {
    yield rowsOf(40).filter(({ row }) => row % 10 !== 1);
    throw unreadable;
  }
  const { stopped, last } = await carried(groups(), { send: () => {}, ahead: 4 });
  expect(stopped).toBe(unreadable);
  expect([...last.values()]).not.toContain('intended');
});
