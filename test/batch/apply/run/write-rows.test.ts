import { expect, onTestFinished, test } from 'vitest';
import { DayCaps } from '../../../../src/batch/apply/day-caps.ts';
import { RowLookup } from '../../../../src/batch/apply/recorded/row-lookup.ts';
import { ConcurrencyLimit } from '../../../../src/batch/apply/run/concurrency-limit.ts';
import { OtherTerms } from '../../../../src/batch/apply/run/other-terms.ts';
import { RowOutcomes } from '../../../../src/batch/apply/run/row-outcomes.ts';
import { RunLease } from '../../../../src/batch/apply/run/run-lease.ts';
import { type Tally, writeRows } from '../../../../src/batch/apply/run/write-rows.ts';
import type { BatchWrite } from '../../../../src/batch/plan/plan-lines.ts';
import { amount } from '../../../../src/credits/exact.ts';
import { CreditctlError, type ErrorFacts, type ErrorKind } from '../../../../src/errors.ts';
import type { Connection, SendRow } from '../../../../src/orb/connection.ts';
import type { Policy } from '../../../../src/policy/rules.ts';
import type { AccountRecord } from '../../../../src/record/record.ts';
import { openSqliteRecord } from '../../../../src/record/sqlite/store.ts';
import { begun, noted, otherRunner, rowOf, runner } from '../../../record/facts.ts';
import { otherLedger } from '../../../record/store-suite.ts';
import { temporaryFolder } from '../../../sandbox/sandbox-at.ts';

const rowsOf = (count: number): BatchWrite[] =>
  Array.from({ length: count }, (_, row) => ({
    row,
    key: `batch-${String(row).padStart(8, '0').padEnd(40, '0')}`,
    customer: { id: `customer${row}`, external_customer_id: null },
    request: {
      method: 'POST',
      path: `/customers/customer${row}/credits/ledger_entry`,
      body: { entry_type: 'increment', amount: 5 },
    },
  }));

async function freshRecord(): Promise<AccountRecord> {
  const file = `${temporaryFolder()}/state/record.db`;
  const store = await openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who: 'ana' } });
  onTestFinished(() => store.close());
  const record = store.of(await store.addAccount(otherLedger));
  await record.append([begun('b')]);
  return record;
}

interface Carrying {
  readonly record?: AccountRecord;
  readonly send?: (key: string) => void;
  readonly ahead: number;
  readonly run?: number;
  readonly clocks?: { now: number };
  readonly policy?: Policy;
  readonly mask?: (text: string) => string;
}

/** No cap on customers is in force, so nothing is asked of the API. */
const onUtcDay = {
  now: () => Date.UTC(2026, 10, 27),
  ledger: () => undefined,
  choice: { kind: 'orb' },
} as unknown as Connection;

/** As the API answers each of the rows. */
const entry = {
  ...{ id: 'e', entry_type: 'increment', customer: { id: 'c', external_customer_id: null }, metadata: {} },
  ...{ currency: 'credits', description: null, amount: amount('5'), credit_block: { id: 'k' } },
};

/** Carries rows over a real record; resolves with why it stopped, and how each row stands. */
async function carried(groups: Parameters<typeof writeRows>[0], { send, ahead, ...more }: Carrying) {
  const { record = await freshRecord(), run = 1, clocks = { now: 0 } } = more;
  const interruption = new AbortController();
  const tally: Tally = { succeeded: 0, refused: 0, held: 0, unknown: 0, retries: 0 };
  const clock = () => clocks.now;
  const lease = new RunLease(record, { batch: 'b', runner }, { now: clock, monotonic: clock });
  onTestFinished(() => lease.end());
  const lookup = new RowLookup(record, 'begun batch');
  const caps = new DayCaps({ policy: more.policy ?? [], connection: onUtcDay, record });
  const sendRow: SendRow = async (_request, key) => {
    await lease.check();
    send?.(key);
    if (/^batch-\d{7}1/.test(key)) interruption.abort();
    return {
      status: 201,
      replayed: false,
      document: { starting_balance: 1, ending_balance: 6 },
      record: entry,
    };
  };
  const noting = { record, batch: 'b', run, lease, lookup, caps, retriesRefused: true };
  const stopped = await writeRows(groups, {
    send: sendRow,
    noting: { ...noting, self: { runner, isAlive: () => true }, ledgerNow: undefined },
    outcomes: new RowOutcomes(record, { onEnded: (key) => lease.keys.delete(key), monotonic: clock }),
    interruption: interruption.signal,
    tally,
    otherTerms: new OtherTerms(),
    limit: new ConcurrencyLimit(),
    ahead,
    mask: more.mask ?? ((text) => text),
    onEnd: () => {},
  });
  const last = new Map<number, string>();
  for await (const { row, state } of record.writes({ batch: 'b', withRows: true })) last.set(row ?? 0, state);
  expect(lease.keys.size).toBe(0);
  return { stopped, last, tally };
}

test('a row that another process undoes by hand is left to it while it works', async () => {
  const record = await freshRecord();
  const [row] = rowsOf(1);
  await record.append([noted(row?.key ?? '', { runner: otherRunner })]);
  const sent: string[] = [];
  const { tally } = await carried([rowsOf(2)], { record, send: (key) => sent.push(key), ahead: 2 });
  expect([sent.includes(row?.key ?? ''), tally.unknown]).toEqual([false, 1]);
});

test('rows that were begun ahead and did not leave any more are noted as not sent', async () => {
  const sent: string[] = [];
  const { stopped, last } = await carried([rowsOf(3), rowsOf(20).slice(3)], {
    send: (key) => sent.push(key),
    ahead: 4,
  });
  expect(stopped).toBeUndefined();
  expect([...last.values()].filter((event) => event === 'settled')).toHaveLength(sent.length);
  expect([...last.values()]).not.toContain('noted');
  expect(last.size).toBeGreaterThan(sent.length);
  // Those in flight and two groups at most, however many rows there are.
  expect(last.size).toBeLessThanOrEqual(12);
});

test('a plan that cannot be read to its end ends the run by name, and what was begun is sent or given back', async () => {
  const unreadable = new CreditctlError('failure', 'the plan cannot be read');
  async function* groups() {
    yield rowsOf(40).filter(({ row }) => row % 10 !== 1);
    throw unreadable;
  }
  const { stopped, last } = await carried(groups(), { send: () => {}, ahead: 4 });
  expect(stopped).toBe(unreadable);
  expect(last.size).toBeGreaterThan(0);
  expect([...last.values()]).not.toContain('noted');
});

test('a row is noted with its entry, the block, and the balances that the answer had', async () => {
  const record = await freshRecord();
  // What the API sends may hold the key, ids included.
  await carried([rowsOf(1)], { record, ahead: 4, mask: (text) => text.replace(/^[ek]$/, '<$&>') });
  const bodies: string[] = [];
  for await (const { body } of record.events()) bodies.push(String(body));
  const made = { entry: '<e>', block: '<k>', amount: '5', starting_balance: '1', ending_balance: '6' };
  expect(JSON.parse(bodies.at(-1) ?? '')).toMatchObject({ state: 'settled', ...made });
});

test('a row that is settled by now is not sent again, and one that another process has taken is looked at anew', async () => {
  const record = await freshRecord();
  expect((await carried([rowsOf(1)], { record, ahead: 4 })).last.get(0)).toBe('settled');
  const sent: string[] = [];
  const again = await carried([rowsOf(1)], { record, ahead: 4, send: (key) => sent.push(key) });
  expect([sent, again.tally.succeeded]).toEqual([[], 0]);
});

const failing = (kind: ErrorKind, applied: 'no' | 'unknown', more: ErrorFacts = {}): CreditctlError =>
  new CreditctlError(kind, 'no entry', { applied, ...more });

test.each<[string, Error, string, Partial<Tally>, boolean]>([
  ['a refusal', failing('rejected', 'no'), 'refused', { refused: 1 }, false],
  ['a customer that is not there', failing('not-found', 'no'), 'refused', { refused: 1 }, false],
  ['a row that a check refused', failing('usage', 'no'), 'refused', { refused: 1 }, false],
  ['an answer that is no refusal', failing('rejected', 'unknown'), 'unknown', { unknown: 1 }, false],
  ['a request that never left', failing('network', 'no'), 'unsent', {}, true],
  ['an answer that was lost', failing('network', 'unknown'), 'unknown', { unknown: 1 }, false],
  ['a key that is not valid', failing('credentials', 'no'), 'unsent', {}, true],
  ['a guard', failing('refused', 'no'), 'unsent', {}, true],
  ['a fault of this machine', failing('failure', 'no'), 'unsent', {}, true],
  ['a defect', new TypeError('no entry'), 'unknown', { unknown: 1 }, true],
])('%s is noted and counted as what it is', async (_what, error, state, counts, isNamed) => {
  const send = () => {
    throw error;
  };
  const { stopped, last, tally } = await carried([rowsOf(1)], { ahead: 1, send });
  const { heldBackBy, ...counted } = tally;
  expect([last.get(0), (stopped ?? heldBackBy) !== undefined]).toEqual([state, isNamed]);
  expect(counted).toEqual({ ...{ succeeded: 0, refused: 0, held: 0, unknown: 0, retries: 0 }, ...counts });
});

test('a row whose answer cannot be noted is counted once, as unknown', async () => {
  const mask = (text: string) => {
    if (text === 'e') throw new TypeError('no entry');
    return text;
  };
  const { last, tally } = await carried([rowsOf(1)], { ahead: 1, mask });
  expect([last.get(0), tally.succeeded, tally.unknown]).toEqual(['unknown', 0, 1]);
});

test('a row of unknown outcome stays so where the request that looks at it again never leaves', async () => {
  const record = await freshRecord();
  await record.append([rowOf('b', 0, { key: rowsOf(1)[0]?.key ?? '' })]);
  const send = () => {
    throw failing('network', 'no');
  };
  const { last, tally } = await carried([rowsOf(1)], { record, ahead: 1, send });
  expect([last.get(0), tally.unknown]).toEqual(['unknown', 1]);
});

test.each([
  ['three rows one after the other without an answer end a run', {}, 3],
  ['a conflict is an answer, and ends none', { status: 409 }, 9],
])('%s', async (_what, facts, count) => {
  const sent: string[] = [];
  const send = (key: string) => {
    sent.push(key);
    throw failing('network', 'no', facts);
  };
  const rows = rowsOf(10).filter(({ row }) => row !== 1);
  const { stopped, tally } = await carried([rows], { ahead: 1, send });
  expect([sent.length, stopped !== undefined]).toEqual([count, count === 3]);
  expect(tally.heldBackBy?.message).toBe('no entry');
});

test('a row that was not sent holds back its customer alone, and the run says why', async () => {
  const [first, ...others] = rowsOf(6).filter(({ row }) => row !== 1);
  const held = others.map((row, at) => (at < 2 && first ? { ...row, customer: first.customer } : row));
  const startingUp = failing('network', 'no');
  const { stopped, last, tally } = await carried([[...(first ? [first] : []), ...held]], {
    ahead: 8,
    send: (key) => {
      if (key === first?.key) throw startingUp;
    },
  });
  expect([...last.values()].sort()).toEqual(['settled', 'settled', 'unsent', 'unsent', 'unsent']);
  expect([stopped, tally.heldBackBy]).toEqual([undefined, startingUp]);
});

test('a row that another run has under way with another API key is not sent beside it', async () => {
  const record = await freshRecord();
  const [first, ...others] = rowsOf(4).filter(({ row }) => row !== 1);
  const noted = rowOf('b', 0, { key: first?.key ?? '', run: 2 });
  const theirs = begun('b', { run: 2, runner: otherRunner, api_key: 'theirs' });
  await record.append([theirs, noted, begun('b', { run: 3 })]);
  const sent: string[] = [];
  const { last, tally } = await carried([rowsOf(4).filter(({ row }) => row !== 1)], {
    ...{ record, run: 3, ahead: 4, send: (key: string) => sent.push(key) },
  });
  expect(sent).toEqual(others.map(({ key }) => key));
  expect([tally.unknown, last.get(0)]).toEqual([1, 'noted']);
});

test('a run sends no further group once a later run of its batch has begun', async () => {
  const record = await freshRecord();
  const sent: string[] = [];
  async function* groups() {
    yield rowsOf(9).filter(({ row }) => row % 10 !== 1);
    // By the clock of the record its lease was over, and another process has taken the batch back.
    await record.append([begun('b', { run: 2, runner: otherRunner, undo: true })]);
    yield rowsOf(40).filter(({ row }) => row > 9 && row % 10 !== 1);
  }
  const { stopped, last } = await carried(groups(), {
    ...{ record, ahead: 8, send: (key: string) => sent.push(key) },
  });
  expect(stopped).toMatchObject({ kind: 'refused', facts: { applied: 'no' } });
  expect([...last.values()].filter((state) => state === 'settled')).toHaveLength(sent.length);
  expect(last.size).toBe(8);
});

test('rows over a cap are not sent and not noted, whichever group they come in', async () => {
  const record = await freshRecord();
  const policy: Policy = [{ name: 'team_day_cap', limit: amount('12'), source: 'a test' }];
  const rows = rowsOf(40).filter(({ row }) => row % 10 !== 1);
  const { last, tally, stopped } = await carried([rows], { record, ahead: 4, policy });
  expect(stopped).toBeUndefined();
  expect([...last.values()]).toEqual(['settled', 'settled']);
  expect(tally).toMatchObject({ succeeded: 2, refused: 0, held: rows.length - 2 });
  expect(await record.reserved({ scope: 'team', currency: 'credits' })).toBe('10');
});

test('a run whose lease is over sends nothing more, and what it had begun is given back', async () => {
  const clocks = { now: 0 };
  const sent: string[] = [];
  const rows = rowsOf(40).filter(({ row }) => row % 10 !== 1);
  const { stopped, last } = await carried([rows], {
    ahead: 8,
    clocks,
    // The machine sleeps for a day after the third row.
    send: (key) => {
      sent.push(key);
      if (sent.length === 3) clocks.now += 86_400_000;
    },
  });
  expect(stopped?.kind).toBe('refused');
  expect(sent.length).toBeLessThan(8);
  expect([...last.values()].filter((state) => state === 'settled')).toHaveLength(sent.length);
  expect([...last.values()]).not.toContain('noted');
});
