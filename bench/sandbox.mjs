// Measures the embedded ledger as a server: durable writes against raw transactions of the same shape, reads over HTTP
// against a plain server that returns the same bytes. All in one run, interleaved, as ratios.
//
//   node build/build.mjs && node bench/sandbox.mjs
//   node bench/sandbox.mjs --seconds 3 --rounds 5
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundled.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const seconds = option('--seconds', 1);
const rounds = option('--rounds', 5);
const connections = 32;
const acme = '/customers/external_customer_id/acme';

/** The lowest ratio allowed. */
const limits = { write: 0.53, read: 0.4 };

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-'));
const children = [];
let keys = 0;

try {
  const { NODE_EXTRA_CA_CERTS: _unset, ...env } = process.env;
  console.log(`Node ${process.version}, medians of ${rounds} rounds in turns, ${seconds} s each`);
  await writes();
  await reads(env);
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function writes() {
  const store = await sources();
  const sandbox = await store.openSandbox({
    path: path.join(folder, 'ledger.db'),
    now: Date.now,
    randomBytes,
  });
  const raw = await rawTransactions(store);
  /** @type {Record<'raw' | 'single' | 'crowd', number[]>} */
  const rates = { raw: [], single: [], crowd: [] };
  for (let round = 0; round < rounds; round += 1) {
    rates.raw.push(await perSecond(async () => raw()));
    rates.single.push(await perSecond(() => addEntry(sandbox)));
    rates.crowd.push(
      await perSecond(() => Promise.all(Array.from({ length: 64 }, () => addEntry(sandbox))), 64),
    );
  }
  sandbox.close();
  report('raw transactions, one after the other', rates.raw);
  report('durable entries, one after the other', rates.single, { base: rates.raw, limit: limits.write });
  report('durable entries, 64 at once', rates.crowd, { base: rates.raw });
}

async function sources() {
  const contents = `
    export { openSandbox } from './src/sandbox/sandbox.ts';
    export { openStore } from './src/sandbox/store/open.ts';`;
  return createRequire(import.meta.url)(await bundled(contents, folder));
}

async function addEntry(sandbox) {
  keys += 1;
  const { status } = await sandbox.exchange({
    method: 'POST',
    path: `${acme}/credits/ledger_entry`,
    query: [],
    headers: { 'idempotency-key': `key-${keys}` },
    body: '{"entry_type":"increment","amount":1}',
  });
  if (status !== 201) throw new Error(`an entry was answered ${status}`);
}

/** The bare SQL statements of one increment: the same tables, indexes and durability. */
async function rawTransactions({ openStore }) {
  const { database } = await openStore(path.join(folder, 'raw.db'), () => {});
  database.exec(`INSERT INTO customers (ordinal, id, external_id, name, email, timezone, currency, created_at, details)
      VALUES (1, 'c', 'acme', 'n', 'e', 'UTC', 'USD', 0, '{}');
    INSERT INTO ledgers (ordinal, customer, currency, balance, sequence, last_at) VALUES (1, 1, 'credits', '0', 0, 0)`);
  const prepare = (sql) => database.prepare(sql);
  const statements = {
    key: prepare('SELECT fingerprint, status, body, created_at FROM idempotency WHERE key = ?'),
    customer: prepare('SELECT * FROM customers WHERE external_id = ?'),
    ledger: prepare(
      'SELECT *, (SELECT min(due_at) FROM blocks WHERE ledger = 1 AND due_at IS NOT NULL) FROM ledgers WHERE customer = ? AND currency = ?',
    ),
    block: prepare(
      `INSERT INTO blocks (id, ledger, balance, initial, effective_at, status, counted, filters, source, ceiling, sign, deduction_key)
       VALUES (?, 1, '1', '1', ?, 'active', 1, '[]', 'manual', '1', 1, '1 ~ 0010')`,
    ),
    entry: prepare(
      "INSERT INTO entries VALUES (1, ?, ?, 'increment', '1', '0011', ?, ?, ?, NULL, '{}', ?, NULL, NULL, NULL, NULL, NULL, 0)",
    ),
    peak: prepare(
      "INSERT INTO amount_peaks VALUES (1, ?, 'increment', '0011') ON CONFLICT DO UPDATE SET peak = excluded.peak WHERE excluded.peak > peak",
    ),
    head: prepare('UPDATE ledgers SET balance = ?, sequence = ?, last_at = ? WHERE ordinal = 1'),
    keep: prepare('INSERT INTO idempotency VALUES (?, ?, 201, ?, ?)'),
  };
  const body = 'x'.repeat(550);
  let sequence = 0;
  return () => {
    sequence += 1;
    const id = randomBytes(8).toString('hex');
    database.write(() => {
      const now = Date.now();
      statements.key.get(id);
      statements.customer.get('acme');
      statements.ledger.get(1, 'credits');
      statements.block.run(id, now);
      statements.entry.run(sequence, id, String(sequence - 1), String(sequence), now, id);
      statements.peak.run(Math.floor(sequence / 256));
      statements.head.run(String(sequence), sequence, now);
      statements.keep.run(id, 'f'.repeat(44), body, now);
    });
  };
}

async function perSecond(work, size = 1) {
  const begun = performance.now();
  let done = 0;
  while (performance.now() - begun < seconds * 1000) {
    await work();
    done += size;
  }
  return done / ((performance.now() - begun) / 1000);
}

async function reads(env) {
  const db = path.join(folder, 'served.db');
  const served = await serve(env, db);
  const key = { authorization: `Bearer ${served.api_key}` };
  for (let entry = 0; entry < 30; entry += 1) {
    const body = JSON.stringify({ entry_type: 'increment', amount: 1.5, description: 'Monthly grant' });
    await fetch(`${served.base_url}${acme}/credits/ledger_entry`, { method: 'POST', headers: key, body });
  }
  for (const what of [`${acme}/credits/ledger`, `${acme}/credits`, acme]) {
    const answer = await fetch(`${served.base_url}${what}`, { headers: key });
    const bare = await bareServer(env, Object.fromEntries(answer.headers), await answer.text());
    /** @type {Record<'bare' | 'served', number[]>} */
    const rates = { bare: [], served: [] };
    for (let round = 0; round < rounds; round += 1) {
      rates.bare.push(await requestsPerSecond(bare, `/v1${what}`, served.api_key));
      rates.served.push(
        await requestsPerSecond(Number(new URL(served.base_url).port), `/v1${what}`, served.api_key),
      );
    }
    report(`bare server, GET ${what.slice(acme.length) || 'customer'}`, rates.bare);
    report('the embedded ledger', rates.served, { base: rates.bare, limit: limits.read });
  }
}

async function serve(env, db) {
  const words = [path.join(root, 'bin', 'creditctl.cjs'), 'sandbox', 'serve', '--port', '0', '--db', db];
  return JSON.parse(await firstLine(words, { ...env, HOME: folder }));
}

/**
 * A node:http server in a process of its own that answers anything with these headers and bytes.
 * @param {Record<string, string | undefined>} env
 * @param {Record<string, string>} answered
 * @param {string} body
 */
async function bareServer(env, answered, body) {
  const { date: _date, connection: _connection, ...headers } = answered;
  const program = `
    const { createServer } = require('node:http');
    const headers = ${JSON.stringify(headers)}, body = ${JSON.stringify(body)};
    const server = createServer((_, answer) => { answer.writeHead(200, headers); answer.end(body); });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  return Number(await firstLine(['-e', program], env));
}

function firstLine(words, env) {
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${words[0]} ended with ${code}`)));
    child.stdout.once('data', (chunk) => resolve(String(chunk).split('\n')[0]));
  });
}

/** Sends requests over kept-alive connections. Reads only the length of each answer, so that the client costs little. */
async function requestsPerSecond(port, url, key) {
  const request = `GET ${url} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n\r\n`;
  const size = await answerSize(port, request);
  const until = performance.now() + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: connections }, () => askUntil(until, { port, request, size })),
  );
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

function answerSize(port, request) {
  const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(text);
      if (length === null && /transfer-encoding: chunked/i.test(text) && !text.endsWith('0\r\n\r\n')) return;
      const size = length === null ? text.length : end + 4 + Number(length[1]);
      if (end === -1 || text.length < size) return;
      socket.destroy();
      resolve(size);
    });
  });
}

function askUntil(until, { port, request, size }) {
  return new Promise((resolve) => {
    let count = 0;
    let received = 0;
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < size) return;
      received -= size;
      count += 1;
      if (performance.now() < until) return void socket.write(request);
      socket.destroy();
      resolve(count);
    });
  });
}

/**
 * @param {string} name
 * @param {number[]} values
 * @param {{ base?: number[], limit?: number }} [against]
 */
function report(name, values, { base, limit } = {}) {
  const ratio = base === undefined ? undefined : median(values) / median(base);
  const verdict =
    limit === undefined ? '' : `  (at least ${limit}: ${(ratio ?? 0) >= limit ? 'ok' : 'MISSED'})`;
  const against = ratio === undefined ? '' : `${ratio.toFixed(2)}×${verdict}`;
  console.log(`${name.padEnd(42)} ${median(values).toFixed(0).padStart(7)} a second  ${against}`);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
