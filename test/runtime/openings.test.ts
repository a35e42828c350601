import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { Ending } from '../../src/runtime/openings.ts';
import { creditctl, errorOf, expectUsage, orb } from '../support/command.ts';
import { made } from '../support/documents.ts';
import { freshDatabase, hasPostgres } from '../support/postgres.ts';
import { freshHome, type PlannedExchange } from '../support/run.ts';

test.each([
  'balance acme --sandbox',
  'ledger add acme --amount 5 --sandbox --dry-run',
  'sandbox status',
  'sandbox clock show',
  'sandbox units list',
  'sandbox faults show',
  'sandbox webhooks log',
  'sandbox webhooks remove http://127.0.0.1:4011/',
  'sandbox prices list',
  'sandbox prices remove call',
])('%s creates no database that --db names, for the name may be mistyped', async (line) => {
  const home = freshHome();
  expectUsage(await creditctl(`${line} --db ${home}/typo.db`, { home }), [
    '--db names a database that does not',
  ]);
  expect(existsSync(`${home}/typo.db`)).toBe(false);
});

test('a write creates the database that --db names, and a read the usual one', async () => {
  const home = freshHome();
  const line = `ledger add acme --amount 5 --sandbox --yes --db ${home}/own.db`;
  expect((await creditctl(line, { home })).code).toBe(0);
  expect((await creditctl(`balance acme --sandbox --db ${home}/own.db`, { home })).code).toBe(0);
  expect((await creditctl('balance acme --sandbox', { home })).code).toBe(0);
});

/** A home where opening the record would fail, in a file or on a server. */
function homeOfBrokenRecord() {
  const home = freshHome();
  const file = path.join(home, '.local', 'state', 'creditctl', 'record.db');
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, 'no database', { mode: 0o600 });
  return { home, file };
}
const awayServer = { CREDITCTL_RECORD: 'postgres://ana@127.0.0.1:9/creditctl' };

test.each([
  'ledger add acme --amount 5 --dry-run --sandbox',
  'blocks list acme --sandbox',
  'ledger list acme --sandbox',
  'customers show acme --sandbox',
])('"%s" opens no record', async (line) => {
  const { home, file } = homeOfBrokenRecord();
  expect(await creditctl(line, { home })).toMatchObject({ code: 0 });
  expect(await creditctl(line, { home, env: awayServer })).toMatchObject({ code: 0 });
  expect(readFileSync(file, 'utf8')).toBe('no database');
});

test('a write opens the record, and where it cannot, nothing is sent', async () => {
  const { home } = homeOfBrokenRecord();
  const write = 'ledger add acme --amount 5 --yes --sandbox';
  expect(await creditctl(write, { home })).toMatchObject({ code: 10, requests: [] });
  expect(await creditctl(write, { home, env: awayServer })).toMatchObject({ code: 8, requests: [] });
});

test.skipIf(!hasPostgres)(
  'a record that turns out not to be readable is left, so the process ends',
  async () => {
    const database = await freshDatabase();
    await database.sql('revoke select on creditctl.account from ana');
    const env = { CREDITCTL_RECORD: database.url('ana') };
    expect((await creditctl('history list', { env })).code).toBe(10);
    expect((await creditctl('doctor', { env })).code).toBe(1);
    const left = `select from pg_stat_activity where datname = '${database.name}' and usename = 'ana'`;
    await vi.waitUntil(async () => (await database.sql(left)).length === 0);
  },
);

test.skipIf(process.platform === 'win32')(
  'a record that everybody can change lets no write to Orb pass, on a server neither',
  async () => {
    const home = freshHome();
    const folder = path.join(home, '.local', 'state', 'creditctl');
    mkdirSync(folder, { recursive: true });
    const acme = '/customers/external_customer_id/acme';
    const send = {
      method: 'POST',
      path: `${acme}/credits/ledger_entry`,
      answer: { status: 201, json: made() },
    };
    const write = (exchanges: readonly PlannedExchange[], env = {}) =>
      creditctl('ledger add acme --amount 5 --yes -o json', { home, env: { ...orb, ...env }, exchanges });
    const expectRefused = async (place: string, env = {}) => {
      const refused = await write([], env);
      expect(refused.code, refused.stderr).toBe(10);
      const next = [`chmod o-w ${place}`, 'CREDITCTL_STATE_DIR'].map((way) => expect.stringContaining(way));
      expect(errorOf(refused)).toMatchObject({ applied: 'no', next });
    };
    // Nothing is advised about the mode of a device: /dev/null for all programs depends on it.
    const device = await write([], { CREDITCTL_STATE_DIR: '/dev/null' });
    expect([device.code, device.stderr]).toEqual([1, expect.stringContaining('a part of it is a file')]);
    expect(device.stderr).not.toContain('chmod');
    chmodSync(folder, 0o777);
    await expectRefused(folder);
    await expectRefused(folder, awayServer);
    expect((await creditctl('ledger add acme --amount 5 --yes --sandbox', { home })).code).toBe(0);
    for (const mode of [0o1777, 0o775]) {
      chmodSync(folder, mode);
      const sent = await write([send]);
      expect(sent.code, sent.stderr).toBe(0);
    }
    for (const name of ['record.db', 'heads.json']) {
      const file = path.join(folder, name);
      chmodSync(file, 0o602);
      await expectRefused(file);
      chmodSync(file, 0o600);
    }
    // A link is as safe as the folder of its target.
    const shared = path.join(home, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    renameSync(path.join(folder, 'record.db'), path.join(shared, 'record.db'));
    symlinkSync(path.join(shared, 'record.db'), path.join(folder, 'record.db'));
    await expectRefused(shared);
  },
);

test('marks are made before the record is closed, and what fails of them is left', async () => {
  const ending = new Ending();
  const done: string[] = [];
  ending.closeLast({ close: async () => void done.push('closed') });
  ending.atEnd(async () => void done.push('marked'));
  ending.atEnd(() => Promise.reject(new Error('the record is gone')));
  await ending.end(true);
  expect(done).toEqual(['marked', 'closed']);
});

test('a mark that never ends is waited for 200 ms', async () => {
  const ending = new Ending();
  ending.atEnd(() => new Promise(() => {}));
  // The timer of the program keeps no process alive; this one does.
  const keeping = setInterval(() => {}, 1000);
  const from = performance.now();
  await ending.end(true);
  clearInterval(keeping);
  expect(performance.now() - from).toBeGreaterThan(150);
  expect(performance.now() - from).toBeLessThan(2000);
});

test('a failure that was left for the end is thrown once', () => {
  const ending = new Ending();
  const failure = new CreditctlError('failure', 'not noted');
  ending.failAtEnd(failure);
  expect(() => ending.throwFailure()).toThrow(failure);
  expect(() => ending.throwFailure()).not.toThrow();
});
