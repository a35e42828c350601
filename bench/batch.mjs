// Measures batches: applied rows per second against plain clients of the same width, the rate under a limit, and memory.
//
//   npm run bench:batch                       50,000 rows; memory of 100,000 planned and applied
//   npm run bench:batch -- --rows 20000
//   npm run bench:batch -- --memory --planned 1000000 --applied 1000000
//                                             memory only, of rows planned, and of rows applied and verified
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Orb from 'orb-billing';
import { Pool } from 'undici';

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = path.join(path.dirname(here), 'bin', 'creditctl.cjs');
const said = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? otherwise : Number(process.argv[at + 1]);
};
const rows = said('--rows', 50_000);
const planned = said('--planned', 100_000);
const toApply = said('--applied', 100_000);
const isMemoryAlone = process.argv.includes('--memory');
const width = 64;
const customers = 2_000;
const { NODE_EXTRA_CA_CERTS: _unset, ...inherited } = process.env;

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-batch-'));
let home = { HOME: folder, names: [] };
try {
  home = await ledgerHome();
  if (!isMemoryAlone) {
    await compare();
    await compareOnLedger();
    await limit();
  }
  await memory();
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function serve(words) {
  const child = spawn(process.execPath, words, {
    env: { ...inherited, HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.once('data', (line) => resolve({ child, ...JSON.parse(String(line)) }));
  });
}

/** Runs the program; returns the JSON on stdout, and its peak memory in MB. */
function creditctl(words, env) {
  const child = spawn('/usr/bin/env', [process.execPath, bin, ...words, '-o', 'json'], {
    env: { ...inherited, HOME: mkdtempSync(path.join(folder, 'home-')), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, peak] = ['', '', 0];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const watch = setInterval(() => {
    try {
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      if (kilobytes !== undefined) peak = Math.max(peak, Number(kilobytes) / 1024);
    } catch {
      // The process has ended.
    }
  }, 100);
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      clearInterval(watch);
      if (code !== 0)
        return reject(new Error(`${words.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`));
      resolve({ document: JSON.parse(stdout), peak, seconds: (performance.now() - begun) / 1000 });
    });
  });
}

function writeRows(name, count, who) {
  const file = path.join(folder, name);
  const descriptor = openSync(file, 'w');
  let text = 'external_customer_id,amount,expires,description,metadata.ticket\n';
  for (let row = 0; row < count; row += 1) {
    text += `${who(row)},${1 + (row % 90)}.25,2027-12-31,Trial credits,T-${row}\n`;
    if (text.length > 1_000_000 || row === count - 1) {
      writeSync(descriptor, text);
      text = '';
    }
  }
  closeSync(descriptor);
  return file;
}

/** A home with an embedded ledger of many customers, where plans are made: no rate limit slows the look-ups. */
async function ledgerHome() {
  const HOME = mkdtempSync(path.join(folder, 'home-'));
  const seed = ['sandbox', 'seed', '--customers', String(customers), '--entries', '2000'];
  await new Promise((resolve) =>
    spawn(process.execPath, [bin, ...seed], { env: { ...inherited, HOME }, stdio: 'ignore' }).on(
      'close',
      resolve,
    ),
  );
  const { document } = await creditctl(['customers', 'list', '--sandbox', '--all'], { HOME });
  const names = document.map(({ external_customer_id: name }) => name).filter((name) => name !== null);
  return { HOME, names };
}

/** Plans rows with the program, different rows for each name. */
async function planOf(name, count, { HOME, names }) {
  const file = writeRows(`${name}.csv`, count, (row) => names[row % names.length]);
  const plan = `${file}.plan`;
  const words = ['batch', 'plan', file, '--out', plan, '--batch-id', `bench-${name}`, '--sandbox'];
  return { plan, ...(await creditctl(words, { HOME })) };
}

/** Serves canned answers under the id of the ledger that the plan was made for. */
function serveCanned(plan) {
  const [header] = readFileSync(plan, 'utf8').split('\n', 1);
  return serve([path.join(here, 'canned-server.mjs'), JSON.parse(header).account.ledger]);
}

/** The requests of the plan, for a plain client. */
function requestsOf(plan) {
  const lines = readFileSync(plan, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('{"row":')).map((line) => JSON.parse(line));
}

async function sideBySide(requests, send) {
  const left = requests.values();
  const lane = async () => {
    for (const request of left) await send(request);
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: width }, lane));
  return requests.length / ((performance.now() - begun) / 1000);
}

async function raw(requests, baseUrl, apiKey = 'key_of_a_bench') {
  const { origin, pathname } = new URL(baseUrl);
  const pool = new Pool(origin, { connections: width, pipelining: 1 });
  const rate = await sideBySide(requests, async ({ request, key }) => {
    const answer = await pool.request({
      method: 'POST',
      path: pathname + request.path,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        authorization: `Bearer ${apiKey}`,
      },
      body: JSON.stringify(request.body),
    });
    const body = /** @type {{ id?: string }} */ (await answer.body.json());
    if (answer.statusCode !== 201 || body.id === undefined) throw new Error('no entry');
  });
  await pool.close();
  return rate;
}

async function official(requests, baseURL) {
  const orb = new Orb({ apiKey: 'key_of_a_bench', baseURL });
  return sideBySide(requests, ({ request, key, customer }) =>
    orb.customers.credits.ledger.createEntry(customer.id, request.body, { idempotencyKey: key }),
  );
}

async function compare() {
  const { plan } = await planOf('compare', rows, home);
  const server = await serveCanned(plan);
  try {
    const env = { ORB_BASE_URL: server.base_url, ORB_API_KEY: 'key_of_a_bench' };
    const requests = requestsOf(plan);
    await raw(requests.slice(0, 2_000), server.base_url);
    const rounds = [];
    for (let round = 0; round < 3; round += 1) {
      const bare = await raw(requests, server.base_url);
      rounds.push({ bare, ...(await applied(plan, rows, { ...env, ...(await testProfile()) })) });
    }
    const sdk = await official(requests.slice(0, Math.min(rows, 6_000)), server.base_url);
    const { bare, rate, whole, peak } = median(rounds);
    console.log(`${rows} rows, ${width} at a time, canned node:http server in a process of its own`);
    line('raw undici loop', `${Math.round(bare)} rows/s`);
    tellApplied({ bare, rate });
    line('batch apply, start to end', `${Math.round(whole)} rows/s; peak ${Math.round(peak)} MB`);
    line(
      'official client, in a loop',
      `${Math.round(sdk)} rows/s`,
      rate / sdk >= 4,
      `apply is ${(rate / sdk).toFixed(1)} times it, goal 4`,
    );
  } finally {
    server.child.kill();
  }
}

/** Compares on the embedded ledger, which makes every entry durable before it answers. */
async function compareOnLedger() {
  const count = 5_000;
  const plans = [];
  for (let number = 0; number < 6; number += 1)
    plans.push((await planOf(`ledger-${number}`, count, home)).plan);
  const db = path.join(home.HOME, '.local', 'state', 'creditctl', 'sandbox.db');
  const server = await serve([bin, 'sandbox', 'serve', '--port', '0', '--db', db]);
  try {
    const env = { ORB_BASE_URL: server.base_url, ORB_API_KEY: server.api_key };
    const rounds = [];
    for (let round = 0; round < 3; round += 1) {
      const [mine = '', theirs = ''] = plans.slice(round * 2);
      const bare = await raw(requestsOf(theirs), server.base_url, server.api_key);
      rounds.push({ bare, ...(await applied(mine, count, { ...env, ...(await testProfile()) })) });
    }
    const { bare, rate } = median(rounds);
    console.log(`${count} rows, ${width} at a time, the embedded ledger served over HTTP`);
    line('raw undici loop', `${Math.round(bare)} rows/s`);
    tellApplied({ bare, rate });
  } finally {
    server.child.kill();
  }
}

async function applied(plan, count, env) {
  const words = ['batch', 'apply', plan, '--yes', '--allow-drift', '--rate', 'none'];
  const { document, seconds, peak } = await creditctl(words, env);
  return { rate: document.rows_per_second, whole: count / seconds, peak, seconds };
}

function median(rounds) {
  return rounds.sort((a, b) => a.rate / a.bare - b.rate / b.bare)[1];
}

function tellApplied({ bare, rate }) {
  line(
    'batch apply, while it sends',
    `${Math.round(rate)} rows/s`,
    rate / bare >= 0.6,
    `${(rate / bare).toFixed(2)} of raw, goal 0.6`,
  );
}

/** A home whose default profile has a test key, so that no write has to be confirmed by typing. */
async function testProfile() {
  const HOME = mkdtempSync(path.join(folder, 'home-'));
  await new Promise((resolve) =>
    spawn(process.execPath, [bin, 'config', 'set', 'mode', 'test'], {
      env: { ...inherited, HOME },
      stdio: 'ignore',
    }).on('close', resolve),
  );
  return { HOME };
}

async function limit() {
  const server = await serve([bin, 'sandbox', 'serve', '--port', '0', '--rate-limits', 'live']);
  try {
    const env = { ORB_BASE_URL: server.base_url, ORB_API_KEY: server.api_key, ...(await testProfile()) };
    const who = ['acme', 'globex', 'initech'];
    const file = writeRows('limit.csv', 500, (row) => who[row % 3]);
    const plan = `${file}.plan`;
    await creditctl(['batch', 'plan', file, '--out', plan], env);
    const { document } = await creditctl(['batch', 'apply', plan, '--yes', '--rate', '50/s'], env);
    const { rows_per_second: rate, retries } = document;
    line(
      '50 writes/s limit, 500 rows',
      `${rate} rows/s, ${retries} retries`,
      rate >= 47.5 && retries === 0,
      'goal 47.5 and no 429',
    );
  } finally {
    server.child.kill();
  }
}

async function memory() {
  const made = await planOf('planned', planned, home);
  tellMemory('planned', planned, made);
  const { plan } = planned === toApply ? made : await planOf('applied', toApply, home);
  const server = await serveCanned(plan);
  try {
    const env = { ORB_BASE_URL: server.base_url, ORB_API_KEY: 'key_of_a_bench', ...(await testProfile()) };
    tellMemory('applied', toApply, await applied(plan, toApply, env));
    tellMemory('verified', toApply, await creditctl(['history', 'verify'], env));
  } finally {
    server.child.kill();
  }
}

function tellMemory(what, count, { peak, seconds }) {
  const value = `peak ${Math.round(peak)} MB, ${Math.round(count / seconds)} rows/s`;
  line(`${count} rows ${what}`, value, peak < 200, 'goal 200 MB');
}

function line(what, value, isGood, goal = '') {
  const verdict = isGood === undefined ? '' : isGood ? `  ok (${goal})` : `  MISSED (${goal})`;
  console.log(`  ${what.padEnd(32)}${value}${verdict}`);
}
