// Sends usage events to the embedded ledger, one request after another: measures events per second, and memory growth.
// Exits 1 if the second half of the run needs more memory than the first, beyond what a garbage collector leaves lying.
//
//   npm run bench:ingest                                         (100,000 events of 50 customers, 500 a request)
//   npm run bench:ingest -- --events 1000000 --request 100
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { bundled } from './bundled.mjs';

const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const events = option('--events', 100_000);
const request = option('--request', 500);
const customers = option('--customers', 50);
/** The most bytes by which the second half may exceed the first. */
const growthMost = 16 * 1024 * 1024;

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-'));
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function measure() {
  const { openSandbox, amount } = await sources();
  const sandbox = await openSandbox({ path: path.join(folder, 'ledger.db'), now: Date.now, randomBytes });
  sandbox.operations().prices.add({ event: 'tokens', credits: amount('0.002'), property: 'count' });
  for (let customer = 0; customer < customers; customer += 1) await grant(sandbox, `c${customer}`);
  const begun = performance.now();
  let half = 0;
  let whole = 0;
  for (let sent = 0; sent < events; sent += request) {
    await post(sandbox, '/ingest', { events: batch(sent, Math.min(request, events - sent)) }, 200);
    const used = process.memoryUsage().rss;
    if (sent < events / 2) half = Math.max(half, used);
    else whole = Math.max(whole, used);
  }
  const seconds = (performance.now() - begun) / 1000;
  const problems = sandbox.operations().status().problems;
  sandbox.close();
  const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(0);
  console.log(`${events} events, ${request} a request: ${(events / seconds).toFixed(0)} a second`);
  console.log(
    `memory: at most ${megabytes(half)} MB in the first half, ${megabytes(whole)} MB in the second`,
  );
  console.log(`problems of the ledgers: ${problems.length}`);
  if (problems.length > 0 || whole > half + growthMost) process.exitCode = 1;
}

async function sources() {
  const contents = `
    export { openSandbox } from './src/sandbox/sandbox.ts';
    export { amount } from './src/credits/exact.ts';`;
  return createRequire(import.meta.url)(await bundled(contents, folder));
}

/** A customer with two blocks, the first of which is soon used up. */
async function grant(sandbox, id) {
  await post(sandbox, '/customers', { name: id, email: 'n@example.com', external_customer_id: id }, 201);
  for (const granted of [1, 1_000_000]) {
    const body = { entry_type: 'increment', amount: granted, effective_date: '2020-01-01' };
    await post(sandbox, `/customers/external_customer_id/${id}/credits/ledger_entry`, body, 201);
  }
}

function batch(first, size) {
  const now = Date.now();
  return Array.from({ length: size }, (_, index) => ({
    external_customer_id: `c${(first + index) % customers}`,
    event_name: 'tokens',
    // Over the last hours, so that most days have events of two dates.
    timestamp: new Date(now - ((first + index) % 11) * 3_600_000).toISOString(),
    properties: { count: ((first + index) % 997) + 0.25, model: 'large' },
    idempotency_key: `event-${first + index}`,
  }));
}

async function post(sandbox, where, body, expected) {
  const { status, body: text } = await sandbox.exchange({
    method: 'POST',
    path: where,
    query: [],
    headers: {},
    body: JSON.stringify(body),
  });
  if (status !== expected) throw new Error(`${where} was answered ${status}: ${text.slice(0, 300)}`);
}
