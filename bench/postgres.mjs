// Measures a record on a distant PostgreSQL: rows of one batch, twenty single writers at once, and the bytes of a row.
// Starts a server of its own. Exits 1 if a figure misses its limit.
//
//   npm run bench:postgres
//   npm run bench:postgres -- --rows 1000000 --round-trip 10
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { partsOfTests } from './bundled.mjs';

const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const rows = option('--rows', 50_000);
const roundTrip = option('--round-trip', 10);
const seconds = option('--seconds', 10);
const group = 512;
const writers = 20;
const limits = { rowsPerSecond: 500, writesPerSecond: 200, bytesPerRow: 1536, list: 1.5 };

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-'));
// The PostgreSQL server runs as another user if this script runs as root.
chmodSync(folder, 0o755);
const parts = await partsOfTests(folder, [
  './test/support/postgres.ts',
  './test/support/postgres-proxy.ts',
  './test/record/postgres/opened.ts',
]);

const cluster = await parts.startCluster(path.join(folder, 'pg'), ['max_wal_size=4GB']);
let failed = false;
const report = (name, value, limit, isGood) => {
  console.log(`${name.padEnd(52)} ${value.padStart(10)}   limit ${limit}${isGood ? '' : '   MISSED'}`);
  failed ||= !isGood;
};
try {
  await parts.addTemplate(cluster);
  const database = await parts.freshDatabase('template_record', cluster);
  const proxy = await parts.postgresProxy(cluster.port, roundTrip / 2);
  const url = database.url('ana').replace(`:${cluster.port}/`, `:${proxy.port}/`);
  await singleWriters(database, url);
  const [small, record] = [await listTime(database, url), await batch(database, url)];
  await record.close();
  const large = await listTime(database, url);
  const ratio = large / small;
  report(
    `history of one page, ${rows} rows against few`,
    `${ratio.toFixed(2)}×`,
    `${limits.list}×`,
    ratio <= limits.list,
  );
  await proxy.close();
} finally {
  await parts.stopServer(cluster, 'SIGQUIT');
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
process.exitCode = failed ? 1 : 0;

async function batch(database, url) {
  const { store, record } = await parts.opened(database, 'ana', url);
  const author = { os_user: 'cron', host: 'bench' };
  const runner = { machine: 'bench', pid: 1 };
  const run = { batch: 'b', run: 1, lease_ms: 3_600_000 };
  await record.append([
    { fact: { kind: 'batch_begun', ...run, plan: 'f'.repeat(64), rows, author, runner } },
  ]);
  const before = await sizeOf(database);
  const started = performance.now();
  for (let first = 0; first < rows; first += group) {
    const places = Array.from({ length: Math.min(group, rows - first) }, (_, place) => first + place + 1);
    await record.keyStates(places.map(keyOf));
    await record.append(places.map(notedRow));
    await record.append(places.map(endedRow));
    // The server does this on its own within minutes, which is too late for a run of seconds.
    if (first % (group * 8) === 0) await database.sql('vacuum creditctl.write');
  }
  const perSecond = rows / ((performance.now() - started) / 1000);
  report(
    `rows a second of one batch, round trip ${roundTrip} ms`,
    perSecond.toFixed(0),
    `≥ ${limits.rowsPerSecond}`,
    perSecond >= limits.rowsPerSecond,
  );
  const bytes = ((await sizeOf(database)) - before) / rows;
  report(
    'bytes a row with indexes',
    bytes.toFixed(0),
    `≤ ${limits.bytesPerRow}`,
    bytes <= limits.bytesPerRow,
  );
  return store;
}

function keyOf(place) {
  return `3f2b8c1a9d7e4f60-${String(place).padStart(7, '0')}`;
}

function notedRow(place) {
  const reserves = { customer: `cus_${place % 997}`, currency: 'USD', day: '2026-11-27', amount: '12.5' };
  const row = {
    key: keyOf(place),
    attempt: 1,
    method: 'POST',
    customer: `customer-${place}`,
  };
  return {
    fact: { kind: 'noted', ...row, reserves, lease_ms: 600_000, batch: 'b', row: place, run: 1 },
    after: null,
  };
}

function endedRow(place) {
  const entry = {
    entry: `entry_${place}abcdefghijklmnop`,
    block: `block_${place}abcdefghijklmnop`,
    amount: '12.5',
  };
  const balances = { starting_balance: '100', ending_balance: '112.5' };
  const answer = { status: 201, request_id: `req_${place}abcdefghijklm` };
  return {
    fact: {
      kind: 'ended',
      key: keyOf(place),
      attempt: 1,
      state: 'settled',
      ...answer,
      ...entry,
      ...balances,
    },
  };
}

async function sizeOf(database) {
  const [{ size }] = await database.sql(
    `select sum(pg_total_relation_size(oid))::text as size from pg_class
      where relnamespace = 'creditctl'::regnamespace and relkind = 'r'`,
  );
  return Number(size);
}

async function singleWriters(database, url) {
  const clients = [];
  for (let place = 0; place < writers; place += 1) clients.push(await parts.opened(database, 'ana', url));
  let written = 0;
  const started = performance.now();
  await Promise.all(
    clients.map(async ({ record }, writer) => {
      for (let count = 0; performance.now() - started < seconds * 1000; count += 1) {
        const key = `single-${writer}-${count}`;
        const reserves = { customer: `cus_${writer}`, currency: 'USD', day: '2026-11-27', amount: '1' };
        const cap = {
          scope: 'team',
          currency: 'USD',
          limit: '1000000000',
          elsewhere: '0',
          name: 'team_day_cap',
        };
        // As in `submit`, all reads go to the server in one message.
        await Promise.all([record.equalWrites(`of ${key}`), record.now(), record.who(), record.policy()]);
        await record.append([parts.noted(key, { reserves })], { caps: [cap] });
        await record.append([parts.ended(key)]);
        await record.append([{ fact: { kind: 'acknowledged', key, attempt: 1 } }]);
        written += 1;
      }
    }),
  );
  const perSecond = written / ((performance.now() - started) / 1000);
  report(
    `writes a second of ${writers} writers, round trip ${roundTrip} ms`,
    perSecond.toFixed(0),
    `≥ ${limits.writesPerSecond}`,
    perSecond >= limits.writesPerSecond,
  );
  for (const { store } of clients) await store.close();
}

/** The median milliseconds to read the newest page of all writes. */
async function listTime(database, url) {
  const { store, record } = await parts.opened(database, 'ana', url);
  const times = [];
  for (let count = 0; count < 9; count += 1) {
    const started = performance.now();
    let seen = 0;
    for await (const _ of record.writes({ withRows: true })) if (++seen === 50) break;
    times.push(performance.now() - started);
  }
  await store.close();
  return times.sort((a, b) => a - b)[4];
}
