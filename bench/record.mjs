// Measures the record in a SQLite file: notes per second, single and in groups, bytes per row, lists on a small and a large
// record, and the check of all writes. Exits 1 if a figure misses its limit.
//
//   npm run bench:record                                   (100,000 rows, lists on 1,000 and on 100,000 writes)
//   npm run bench:record -- --rows 1000000 --single 5000
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundled.mjs';

const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const rows = option('--rows', 100_000);
const single = option('--single', 1000);
const group = 512;
/** The limits: bytes per row, time of a list on many writes against few, and memory of the check in MB. */
const most = { bytes: 1536, ratio: 1.5, megabytes: 200 };
const leastRate = 20_000;

async function measure() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-'));
  try {
    const program = await bundle(folder);
    const { openSqliteRecord } = createRequire(import.meta.url)(program);
    const open = (name) =>
      openSqliteRecord(path.join(folder, name), { purpose: 'write', now: Date.now, process: { who: 'ana' } });
    console.log(`Node ${process.version}, ${rows} rows in groups of ${group}`);
    await notesAlone(await open('single.db'));
    const batch = path.join(folder, 'batch.db');
    await rowsOfBatch(await open('batch.db'), batch);
    verifyIn(program, batch);
    await lists({ small: await open('small.db'), large: await open('large.db') });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The store of the record, bundled for this run. */
async function bundle(folder) {
  const contents = `
    export { openSqliteRecord } from './src/record/sqlite/store.ts';
    export { verifyRecord } from './src/record/verify.ts';`;
  return bundled(contents, folder);
}

const author = { os_user: 'ana', host: 'desk' };
const runner = { machine: 'desk', pid: 7, started: '123456' };
const request = JSON.stringify({
  entry_type: 'increment',
  amount: 100,
  description: 'Goodwill for the outage of 26 November',
});

/** A single write. @param customers the number of customers, who take turns */
const byHand = (index, customers = 100) => ({
  fact: {
    ...{ kind: 'noted', key: randomUUID(), attempt: 1, fingerprint: `print-${index}`, method: 'POST' },
    ...{ customer: `customer-${index % customers}`, lease_ms: 120_000, author, runner },
  },
  texts: { request, command: 'creditctl ledger add customer-1 --amount 100 --yes' },
  after: null,
});

async function notesAlone(store) {
  const record = store.of(await store.addAccount({ origin: 'https://x', mode: 'live', ledger: null }));
  const begun = process.hrtime.bigint();
  for (let index = 0; index < single; index += 1) await record.append([byHand(index)]);
  console.log(`notes alone          ${Math.round(single / secondsSince(begun))} a second`);
  await store.close();
}

/** Notes and ends each row as a batch run does, in groups. */
async function rowsOfBatch(store, file) {
  const record = store.of(await store.addAccount({ origin: 'https://x', mode: 'live', ledger: null }));
  const batch = 'grants-of-november-2026';
  const plan = createHash('sha256').update('{}').digest('hex');
  await record.savePlan(plan, [Buffer.from('{}')]);
  await record.append([
    {
      fact: { kind: 'batch_begun', batch, run: 1, plan, rows, lease_ms: 1, author, runner },
      texts: { command: 'creditctl batch apply plan.ndjson' },
    },
  ]);
  const keyOf = (row) => `batch-${String(row).padStart(12, '0')}-0123456789abcdef`;
  const noted = (row) => {
    const customer = `external-customer-${row % 20_000}`;
    const reserves = { customer: `cus${String(row % 20_000).padStart(16, '0')}`, currency: 'credits' };
    return {
      fact: {
        ...{
          kind: 'noted',
          key: keyOf(row),
          attempt: 1,
          method: 'POST',
          customer,
          batch,
          row,
        },
        ...{
          run: 1,
          lease_ms: 120_000,
          reserves: { ...reserves, day: '2026-11-27', amount: `${row % 100}` },
        },
      },
      after: null,
    };
  };
  const ended = (row) => {
    const fact = { kind: 'ended', key: keyOf(row), attempt: 1, state: 'settled', status: 201 };
    const ids = {
      request_id: randomUUID(),
      entry: randomUUID().slice(0, 22),
      block: randomUUID().slice(0, 22),
    };
    const balances = { amount: '100', starting_balance: '1000', ending_balance: '1100' };
    return { fact: { ...fact, ...ids, ...balances } };
  };
  const rate = { noted: 0, ended: 0 };
  for (let row = 0; row < rows; row += group) {
    const some = Array.from({ length: Math.min(group, rows - row) }, (_, index) => row + index);
    rate.noted += await timed(() => record.append(some.map(noted)));
    rate.ended += await timed(() => record.append(some.map(ended)));
  }
  await store.close();
  say('notes in groups', rows / rate.noted, 'a second', rows / rate.noted >= leastRate);
  say('ends in groups', rows / rate.ended, 'a second', true);
  const bytes = statSync(file).size / rows;
  say('size', bytes, 'bytes a row', bytes <= most.bytes);
}

/** Checks a record in a separate process, which prints its memory. */
function verifyIn(program, file) {
  const self = fileURLToPath(import.meta.url);
  const { status, stdout, stderr } = spawnSync(process.execPath, [self, '--verify', program, file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`verifying failed: ${stderr}`);
  const { seconds, megabytes } = JSON.parse(stdout);
  say('verify', rows / seconds, 'rows a second', true);
  say('verify, memory', megabytes, 'MB', megabytes <= most.megabytes);
}

async function verifyAlone(program, file) {
  const { openSqliteRecord, verifyRecord } = createRequire(import.meta.url)(program);
  const store = await openSqliteRecord(file, { purpose: 'read', now: Date.now, process: { who: 'ana' } });
  const begun = process.hrtime.bigint();
  const { fault } = await verifyRecord(store.of((await store.accounts())[0]));
  if (fault !== undefined) throw fault;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ seconds: secondsSince(begun), megabytes }));
  await store.close();
}

async function lists({ small, large }) {
  const [few, many] = [await filled(small, 1000), await filled(large, rows)];
  const filters = {
    'list, newest': {},
    'list, one customer': { customer: 'customer-7' },
    'list, refused': { states: ['refused'] },
    'list, one person': { who: 'ana' },
    'list, of a day': { from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' },
  };
  for (const [name, filter] of Object.entries(filters)) {
    /** @type {{ few: number[], many: number[] }} */
    const times = { few: [], many: [] };
    for (let round = 0; round < 41; round += 1) {
      times.few.push(await timed(() => firstOf(few, filter)));
      times.many.push(await timed(() => firstOf(many, filter)));
    }
    const ratio = median(times.many) / median(times.few);
    say(
      name,
      ratio,
      `times on ${rows} what it takes on 1000 (${(median(times.few) * 1000).toFixed(2)} ms)`,
      ratio <= most.ratio,
    );
  }
  await small.close();
  await large.close();
}

/** Each customer has a hundred writes, and every tenth write is refused, so that each list fills more than a page. */
async function filled(store, count) {
  const record = store.of(await store.addAccount({ origin: 'https://x', mode: 'live', ledger: null }));
  for (let done = 0; done < count; done += group) {
    const writes = Array.from({ length: Math.min(group, count - done) }, (_, index) =>
      byHand(done + index, count / 100),
    );
    await record.append(writes);
    const ends = writes.map(({ fact: { key } }, index) => ({
      fact: { kind: 'ended', key, attempt: 1, state: index % 10 === 0 ? 'refused' : 'settled' },
    }));
    await record.append(ends);
  }
  return record;
}

/** Reads the first twenty writes, like a list on a terminal. */
async function firstOf(record, filter) {
  let count = 0;
  for await (const _ of record.writes(filter)) {
    count += 1;
    if (count === 20) return;
  }
}

const secondsSince = (begun) => Number(process.hrtime.bigint() - begun) / 1e9;

async function timed(act) {
  const begun = process.hrtime.bigint();
  await act();
  return secondsSince(begun);
}

function say(name, value, unit, isWithin) {
  if (!isWithin) process.exitCode = 1;
  const shown = value < 100 ? value.toFixed(2) : String(Math.round(value));
  console.log(`${name.padEnd(20)} ${shown} ${unit}${isWithin ? '' : '  (missed)'}`);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const toVerify = process.argv.indexOf('--verify');
if (toVerify === -1) await measure();
else await verifyAlone(process.argv[toVerify + 1], process.argv[toVerify + 2]);
