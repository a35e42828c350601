// A record on PostgreSQL opened as a role, and facts to put in it.
import type { NewFact } from '../../../src/record/facts.ts';
import { openPostgresRecord, type PostgresOpening } from '../../../src/record/postgres/store.ts';
import type { AccountRecord, RecordStore } from '../../../src/record/record.ts';
import type { TestDatabase } from '../../support/postgres.ts';

const noCommand = () => Promise.reject(new Error('no command was to be run'));
const nothing = () => Promise.resolve(undefined);

/** @param more for how long it waits for a server to come back, say */
export const openedAt = (url: string, more: Partial<PostgresOpening> = {}): Promise<RecordStore> =>
  openPostgresRecord(
    { url, source: 'CREDITCTL_RECORD' },
    { env: {}, home: undefined, learn: () => {}, runCommand: noCommand, keptPassword: nothing, ...more },
  );

/** @param url another way to the same database */
export async function opened(
  database: TestDatabase,
  role: string,
  url = database.url(role),
  more: Partial<PostgresOpening> = {},
): Promise<{ readonly store: RecordStore; readonly record: AccountRecord }> {
  const store = await openedAt(url, more);
  const [known] = await store.accounts();
  const account =
    known ?? (await store.addAccount({ origin: 'https://api.withorb.com', mode: 'live', ledger: null }));
  return { store, record: store.of(account) };
}

/** A write by hand that nobody has noted before. */
export const noted = (key: string, more: object = {}): NewFact => ({
  fact: {
    kind: 'noted',
    key,
    attempt: 1,
    fingerprint: `of ${key}`,
    method: 'POST',
    lease_ms: 60_000,
    author: { os_user: 'root', host: 'box' },
    runner: { machine: 'm', pid: 7 },
    ...more,
  },
  texts: { request: '{"amount":1.50,"description":"für\0"}', command: 'ledger add' },
  after: null,
});

export const ended = (key: string, more: object = {}): NewFact => ({
  fact: { kind: 'ended', key, attempt: 1, state: 'settled', entry: `entry of ${key}`, ...more },
  texts: { answer: '{}' },
});
