// Measures reads of a whole ledger over HTTP: commands against a plain undici loop that reads the same pages and parses
// them. Both read from `sandbox serve` in the same run. Exits 1 if a ratio is below 0.5.
//
//   npm run bench:read
//   npm run bench:read -- --entries 300000 --runs 5
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(here));
const bin = path.join(root, 'bin', 'creditctl.cjs');
const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const entries = option('--entries', 60_000);
const runs = option('--runs', 3);
const ratioLeast = 0.5;
/** The most entries of one page of a ledger (contract: Fetch ledger). */
const pageSize = 1000;

async function measureAll() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-'));
  const { NODE_EXTRA_CA_CERTS: _unset, ...inherited } = process.env;
  const sandbox = { ...inherited, HOME: folder, NO_COLOR: '1' };
  const seeded = run(
    [bin, 'sandbox', 'seed', '--customers', '1', '--entries', String(entries), '-o', 'json'],
    sandbox,
  );
  const customer = `${JSON.parse(seeded).external_id_prefix}1`;
  const server = await serve(sandbox);
  try {
    const env = { ...sandbox, ORB_BASE_URL: server.base_url, ORB_API_KEY: server.api_key };
    const loop = () => timed([here, '--loop', customer], env);
    const commands = {
      'ledger list --all -o ndjson': ['ledger', 'list', customer, '--all', '-o', 'ndjson'],
      'ledger list --all -o csv': ['ledger', 'list', customer, '--all', '-o', 'csv'],
      'ledger verify': ['ledger', 'verify', customer, '--currency', 'credits', '-o', 'ndjson'],
      'report movements': [
        'report',
        'movements',
        customer,
        '--since',
        '2020-01-01',
        '--currency',
        'credits',
        '-o',
        'csv',
      ],
      'report burndown --since': [
        'report',
        'burndown',
        customer,
        '--since',
        '2020-01-01',
        '--currency',
        'credits',
        '-o',
        'csv',
      ],
    };
    loop();
    /** @type {Record<string, number[]>} */
    const times = { 'bare loop': [] };
    for (let round = 0; round < runs; round += 1) {
      times['bare loop'].push(loop());
      for (const [name, line] of Object.entries(commands)) {
        times[name] ??= [];
        times[name].push(timed([bin, ...line], env));
      }
    }
    report(times);
  } finally {
    server.child.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function report(times) {
  const bare = median(times['bare loop']);
  console.log(`${entries} entries, medians of ${runs}`);
  for (const [name, each] of Object.entries(times)) {
    const ratio = bare / median(each);
    if (ratio < ratioLeast) process.exitCode = 1;
    console.log(
      `${name.padEnd(28)} ${median(each).toFixed(2).padStart(7)} s  ${ratio.toFixed(2).padStart(5)} of its speed`,
    );
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function run(line, env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, line, {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${line.join(' ')}: ${stderr}`);
  return stdout;
}

/** The seconds of a command; its output is discarded. */
function timed(line, env) {
  const nowhere = openSync(os.devNull, 'w');
  const begun = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, line, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', nowhere, 'pipe'],
  });
  if (status !== 0) throw new Error(`${line.join(' ')}: ${stderr}`);
  return Number(process.hrtime.bigint() - begun) / 1e9;
}

function serve(env) {
  const child = spawn(process.execPath, [bin, 'sandbox', 'serve', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.once('data', (line) => resolve({ child, ...JSON.parse(String(line)) }));
  });
}

/** Reads every page with undici and only parses it. */
async function bareLoop(customer) {
  const { request } = await import('undici');
  const { ORB_BASE_URL, ORB_API_KEY } = process.env;
  let cursor = '';
  let count = 0;
  do {
    const next = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const url = `${ORB_BASE_URL}/customers/external_customer_id/${customer}/credits/ledger?limit=${pageSize}${next}`;
    const { body } = await request(url, { headers: { authorization: `Bearer ${ORB_API_KEY}` } });
    const page = JSON.parse(await body.text());
    count += page.data.length;
    cursor = page.pagination_metadata.next_cursor ?? '';
  } while (cursor !== '');
  console.log(count);
}

const loopAt = process.argv.indexOf('--loop');
if (loopAt === -1) await measureAll();
else await bareLoop(process.argv[loopAt + 1]);
