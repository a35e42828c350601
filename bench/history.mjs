// Measures reads of a growing record: commands of the built program on many writes against the same on a
// thousand, with the record on SQLite and on PostgreSQL. Exits 1 if a command takes more than 1.5 times as long.
//
//   npm run bench:history                        (100,000 writes)
//   npm run bench:history -- --rows 1000000
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { partsOfTests } from './bundled.mjs';

const bin = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'bin', 'creditctl.cjs');
const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const rows = option('--rows', 100_000);
const rounds = option('--rounds', 7);
const few = 1000;
const group = 2000;
const most = 1.5;

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-'));
// The PostgreSQL server runs as another user if this script runs as root.
chmodSync(folder, 0o755);
async function onServer(parts) {
  const cluster = await parts.startCluster(path.join(folder, 'pg'), [
    'max_wal_size=4GB',
    'shared_buffers=128MB',
  ]);
  try {
    await parts.addTemplate(cluster);
    await measure('PostgreSQL', () => onPostgres(parts, cluster));
  } finally {
    await parts.stopServer(cluster, 'SIGQUIT');
  }
}

/** @param place makes a home with an empty record: its environment, and how a role opens the record */
async function measure(engine, place) {
  const small = await filled(await place('few'), few);
  const large = await filled(await place('many'), rows);
  console.log(`${engine}, ${rows} writes against ${few}`);
  for (const command of commands) {
    /** @type {{ small: number[], large: number[] }} */
    const times = { small: [], large: [] };
    for (let round = 0; round < rounds; round += 1) {
      times.small.push(await timed(() => asked(command, small)));
      times.large.push(await timed(() => asked(command, large)));
    }
    report(command, median(times.large) / median(times.small), median(times.small));
  }
}

/** Runs a command. Throws if it finds nothing, or finds a write where none exists, because its time would mean nothing. */
async function asked(command, { env, newest }) {
  const stdout = await creditctl(command.replace('<newest>', newest), env);
  if ((stdout === '') !== findNothing.has(command)) throw new Error(`${command} printed: ${stdout}`);
}

const commands = [
  'history list',
  'history list --who ana',
  'history list --who bob',
  'history list --customer customer-7',
  'history list --batch grants',
  'history list --outcome settled',
  'history list --outcome refused',
  'history list --outcome unknown',
  'history list --outcome absent',
  'history list --since 2000-01-01 --until today',
  'history list --until 2000-01-01',
  'history list --who bob --outcome refused',
  'history list --who ana --outcome refused',
  'history list --customer old-customer --outcome settled',
  'history show last',
  'history show bob-000110',
  'history show entry-of-bob-000101',
  'history show ana-00000300-5',
  'history show <newest>',
  'history head',
  'undo last --dry-run',
  'history settle --dry-run',
  'ledger add acme --amount 1 --yes',
];
/** Commands that find nothing. */
const findNothing = new Set([
  'history list --outcome absent',
  'history list --until 2000-01-01',
  'history list --who ana --outcome refused',
]);

/** A home with a record in a file. */
async function onSqlite(parts, name) {
  const env = homeOf(name);
  await creditctl('ledger add acme --amount 1 --yes', env);
  const file = path.join(env.HOME, '.local', 'state', 'creditctl', 'record.db');
  const open = async (who) => {
    const store = await parts.openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who } });
    return { store, record: store.of((await store.accounts())[0]) };
  };
  return { env, open, tidy: async () => {} };
}

async function onPostgres(parts, cluster) {
  const database = await parts.freshDatabase('template_record', cluster);
  const env = { ...homeOf(database.name), CREDITCTL_RECORD: database.url('ana') };
  await creditctl('ledger add acme --amount 1 --yes', env);
  // The server does this on its own within minutes.
  const tidy = () => database.sql('vacuum analyze');
  return { env, open: (who) => parts.opened(database, who), tidy };
}

function homeOf(name) {
  const HOME = path.join(folder, name);
  mkdirSync(HOME);
  return { PATH: process.env.PATH, HOME, NO_COLOR: '1', XDG_CACHE_HOME: path.join(folder, 'cache') };
}

/**
 * Fills a record with that many writes. Rare writes come first, so that a search from the end would read all writes to
 * find them. The program itself makes the last write.
 */
async function filled({ env, open, tidy }, count) {
  const begun = performance.now();
  const old = await open('bob');
  await old.record.append([batchBegun]);
  await appended(old.record, 0, 200, oldWrite);
  await old.store.close();
  const { store, record } = await open('ana');
  for (let done = 200; done < count; done += group)
    await appended(record, done, Math.min(group, count - done), usualWrite);
  await store.close();
  await tidy();
  const written = await creditctl('ledger add acme --amount 2 --yes --json metadata', env);
  console.log(`  ${count} writes noted in ${Math.round((performance.now() - begun) / 1000)} s`);
  return { env, newest: JSON.parse(written).metadata.creditctl_key };
}

async function appended(record, first, count, write) {
  const writes = Array.from({ length: count }, (_, place) => write(first + place));
  await record.append(writes.map(({ noted }) => noted));
  await record.append(writes.flatMap(({ ended }) => ended ?? []));
}

const author = { os_user: 'ana', host: 'desk' };
const runner = { machine: 'desk', pid: 7, started: '1' };
const batchBegun = {
  fact: {
    ...{
      kind: 'batch_begun',
      batch: 'grants',
      run: 1,
      plan: 'f'.repeat(64),
      rows: 100,
      lease_ms: 1,
      author,
      runner,
    },
  },
  texts: { command: 'creditctl batch apply grants.plan --yes' },
};

/** A hundred rows of a batch, and a hundred single writes, some of them refused or unknown. */
function oldWrite(index) {
  const key = `bob-${String(index).padStart(6, '0')}`;
  const of = { customer: 'old-customer', currency: 'USD' };
  const row = index < 100 ? undefined : { batch: 'grants', row: index - 100, run: 1 };
  return {
    noted: noted(key, { of, more: row ?? { author, runner, fingerprint: `of ${key}` } }),
    ended: ended(
      key,
      row === undefined && index % 5 === 0 ? ['refused', 'unknown'][(index / 5) % 2] : 'settled',
    ),
  };
}

function usualWrite(index) {
  const key = `ana-${String(index).padStart(8, '0')}-5c1d-4e0a-9f3b`;
  // Sixteen customers, so that every customer has a full page of writes, whatever the count.
  const of = { customer: `customer-${index % 16}`, currency: 'USD' };
  return {
    noted: noted(key, { of, more: { author, runner, fingerprint: `of ${key}` } }),
    ended: ended(key, 'settled'),
  };
}

function noted(key, { of: { customer, currency }, more }) {
  const reserves = { customer: `cus_${customer}`, currency, day: '2026-11-27', amount: '1' };
  return {
    fact: { kind: 'noted', key, attempt: 1, method: 'POST', customer, reserves, lease_ms: 1, ...more },
    texts: {
      request: JSON.stringify({ method: 'POST', path: `/customers/${customer}/credits/ledger_entry`, body }),
      command: `creditctl ledger add ${customer} --amount 1 --yes`,
    },
    after: null,
  };
}

const body = { entry_type: 'increment', amount: 1, description: 'Goodwill for the outage of 26 November' };

const ended = (key, state) => ({
  fact: {
    kind: 'ended',
    key,
    attempt: 1,
    state,
    status: 201,
    ...(state === 'settled' ? { entry: `entry-of-${key}` } : {}),
  },
  texts: { answer: JSON.stringify({ id: `entry-of-${key}`, ...body }) },
});

/** Runs the program on the embedded ledger; returns its stdout. */
async function creditctl(command, env) {
  const words = [bin, ...command.split(' '), '--sandbox'];
  return (await promisify(execFile)(process.execPath, words, { env })).stdout;
}

async function timed(act) {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function report(command, ratio, usual) {
  const isWithin = ratio <= most;
  if (!isWithin) process.exitCode = 1;
  console.log(
    `  ${command.padEnd(56)} ${ratio.toFixed(2)}× of ${Math.round(usual)} ms${isWithin ? '' : `   MISSED (limit ${most}×)`}`,
  );
}

try {
  const parts = await partsOfTests(folder, [
    './test/support/postgres.ts',
    './test/record/postgres/opened.ts',
    './src/record/sqlite/store.ts',
  ]);
  await measure('SQLite', (name) => onSqlite(parts, name));
  if (parts.hasPostgres) await onServer(parts);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
