// Facts for tests of the record, as short as they can be.
import { createHash } from 'node:crypto';
import type {
  BatchBegun,
  Ended,
  FactAuthor,
  FactRunner,
  NewFact,
  Noted,
  Reservation,
} from '../../src/record/facts.ts';
import type { AccountRecord } from '../../src/record/record.ts';

export const author: FactAuthor = { os_user: 'ana', host: 'desk' };
export const runner: FactRunner = { machine: 'desk', pid: 7, started: '42' };
export const otherRunner: FactRunner = { machine: 'rack', pid: 8 };

/** A write by hand that nobody has seen; `more` may make it anything else. */
export const noted = (key: string, more: Partial<Noted> = {}): NewFact => ({
  fact: {
    ...{ kind: 'noted', key, attempt: 1, fingerprint: `print of ${key}`, method: 'POST' },
    ...{ customer: 'acme', lease_ms: 60_000, author, runner },
    ...more,
  },
  after: null,
});

export const grant = (key: string, reserves: Partial<Reservation> = {}, more: Partial<Noted> = {}): NewFact =>
  noted(key, {
    reserves: { customer: 'cus-acme', currency: 'USD', day: '2026-11-27', amount: '100', ...reserves },
    ...more,
  });

/** A row of a batch: author, runner and command are its run's. */
export const rowOf = (batch: string, row: number, more: Partial<Noted> = {}): NewFact => ({
  fact: {
    ...{
      kind: 'noted',
      key: `${batch}-${row}`,
      attempt: 1,
      method: 'POST',
      customer: `c-${row}`,
    },
    ...{ lease_ms: 60_000, batch, row, run: 1 },
    ...more,
  },
  after: null,
});

const planBytes = Buffer.from('{"row":1}\n');
export const planOfRuns = createHash('sha256').update(planBytes).digest('hex');

/** Keeps the plan that runs name here, as a program does before it begins one. */
export const keepPlan = (record: Pick<AccountRecord, 'savePlan'>): Promise<void> =>
  record.savePlan(
    planOfRuns,
    (async function* () {
      yield planBytes;
    })(),
  );

export const begun = (batch: string, more: Partial<BatchBegun> = {}): NewFact => ({
  fact: {
    ...{
      kind: 'batch_begun',
      batch,
      run: 1,
      plan: planOfRuns,
      rows: 3,
      lease_ms: 60_000,
      author,
      runner,
    },
    ...more,
  },
  texts: { command: 'creditctl batch apply plan.ndjson', results: '/tmp/results' },
});

export const ended = (key: string, state: Ended['state'], more: Partial<Ended> = {}): NewFact => ({
  fact: { kind: 'ended', key, attempt: 1, state, ...more },
});

export const taken = (key: string, more: object = {}): NewFact => ({
  fact: { kind: 'taken', key, attempt: 1, lease_ms: 60_000, author, runner: otherRunner, ...more },
});

export const acknowledged = (key: string): NewFact => ({ fact: { kind: 'acknowledged', key, attempt: 1 } });
