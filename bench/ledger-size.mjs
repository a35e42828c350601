// Compares the time of commands on a small and a large ledger: medians of interleaved runs, and their ratio.
// Exits 1 if a ratio is above 1.5.
//
//   npm run bench:size                                           (10 entries against a million)
//   npm run bench:size -- --small 1000 --entries 5000000 --runs 31
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundled.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = path.join(root, 'bin', 'creditctl.cjs');
const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const smallEntries = option('--small', 10);
const entries = option('--entries', 1_000_000);
const runs = option('--runs', 15);
const ratioMost = 1.5;

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-'));
const { NODE_EXTRA_CA_CERTS: _unset, ...inherited } = process.env;
const env = { ...inherited, HOME: folder, NO_COLOR: '1' };

const commands = {
  'ledger list -o json': ['ledger', 'list', 'acme', '-o', 'json'],
  'ledger list, type and amount': [
    'ledger',
    'list',
    'acme',
    '--type',
    'increment',
    '--min-amount',
    '1',
    '-o',
    'json',
  ],
  'ledger add': ['ledger', 'add', 'acme', '--amount', '1', '--yes', '-o', 'json'],
  'ledger add, decrement': [
    'ledger',
    'add',
    'acme',
    '--type',
    'decrement',
    '--amount',
    '1',
    '--yes',
    '-o',
    'json',
  ],
  balance: ['balance', 'acme', '-o', 'json'],
};

try {
  const fill = await filler();
  const small = await fill('small.db', smallEntries);
  const large = await fill('large.db', entries);
  report(measure(small, large));
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** The store of the embedded ledger, bundled for this run. */
async function filler() {
  const contents = `
    export { customerByExternalId } from './src/sandbox/store/customers.ts';
    export { insertSampleCustomers } from './src/sandbox/server/sample-customers.ts';
    export { openStore } from './src/sandbox/store/open.ts';
    export { post } from './src/sandbox/store/account.ts';
    export { shortId } from './src/sandbox/server/ids.ts';
    export { runLength } from './src/sandbox/store/write-entries.ts';`;
  const store = createRequire(import.meta.url)(await bundled(contents, folder));
  return (name, count) => fillDatabase(store, path.join(folder, name), count);
}

/** Alternates grants and deductions, so that blocks are used up and the balance stays small, as in a real ledger. */
async function fillDatabase(store, file, count) {
  const freshId = () => store.shortId(randomBytes);
  const begun = Date.now();
  const { database } = await store.openStore(file, (fresh) =>
    store.insertSampleCustomers(fresh, { now: begun, freshId }),
  );
  const said = { description: null, metadata: {} };
  const grant = {
    ...said,
    type: 'increment',
    effectiveAt: null,
    expiresAt: null,
    costBasis: null,
    filters: [],
    invoice: null,
  };
  const customer = store.customerByExternalId(database, 'acme');
  for (const type of [grant, { ...said, type: 'decrement' }]) {
    const command = { ...type, amount: '1' };
    database.write(() =>
      store.post(database, { customer, currency: 'credits', command, now: begun }, freshId),
    );
  }
  repeat(database, Math.floor(count / 2) - 1, store.runLength);
  database.close();
  return file;
}

/** Repeats the first two entries and their block in SQL alone, because the store would take hours for millions. */
function repeat(database, times, runLength) {
  const columns = (table, changed) =>
    database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => changed[name] ?? name)
      .join(', ');
  const id = "printf('copy%012d', n)";
  const copies = `WITH RECURSIVE copies(n) AS (VALUES (?1) UNION ALL SELECT n + 1 FROM copies WHERE n < ?2)`;
  const block = columns('blocks', { ordinal: 'NULL', id });
  const entry = columns('entries', { sequence: 'sequence + 2 * n', id: `${id} || sequence`, block: id });
  const peak = columns('amount_peaks', { run: 'n' });
  const portion = 100_000;
  for (let from = 1; from <= times; from += portion) {
    const range = [from, Math.min(times, from + portion - 1)];
    database.write(() => {
      database
        .prepare(`INSERT INTO blocks ${copies} SELECT ${block} FROM copies, blocks WHERE ordinal = 1`)
        .run(...range);
      database
        .prepare(`INSERT INTO entries ${copies} SELECT ${entry} FROM copies, entries WHERE sequence < 3`)
        .run(...range);
    });
  }
  database.write(() => {
    database.prepare('UPDATE ledgers SET sequence = sequence + 2 * ?').run(times);
    const runs = Math.floor((2 * times + 2) / runLength);
    if (runs > 0)
      database
        .prepare(`INSERT INTO amount_peaks ${copies} SELECT ${peak} FROM copies, amount_peaks WHERE run = 0`)
        .run(1, runs);
  });
}

function measure(small, large) {
  /** @type {Record<string, { small: number[], large: number[] }>} */
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, { small: [], large: [] }]));
  for (let round = 0; round < runs; round += 1) {
    for (const [name, words] of Object.entries(commands)) {
      times[name].small.push(run(words, small));
      times[name].large.push(run(words, large));
    }
  }
  return times;
}

/** Runs one process; returns its milliseconds from start to end. */
function run(words, db) {
  const begun = process.hrtime.bigint();
  const all = [bin, ...words, '--sandbox', '--db', db];
  const { status, stderr } = spawnSync(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  if (status !== 0) throw new Error(`${all.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

function report(times) {
  console.log(
    `Node ${process.version}, ${runs} interleaved runs, median milliseconds on ${smallEntries} and on ${entries} entries`,
  );
  for (const [name, { small, large }] of Object.entries(times)) {
    const ratio = median(large) / median(small);
    const figures = [median(small), median(large)].map((value) => value.toFixed(1).padStart(7)).join(' ');
    const missed = ratio > ratioMost ? `  above ${ratioMost}×` : '';
    if (missed !== '') process.exitCode = 1;
    console.log(`${name.padEnd(30)} ${figures} ms  ${ratio.toFixed(2)}×${missed}`);
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
