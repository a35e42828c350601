// Measures the start as ratios to bare `node -e 0`: interleaved runs, medians. Unsets NODE_EXTRA_CA_CERTS (slow on Node 20).
//
//   npm run bench                      21 runs of each
//   npm run bench -- --runs 51
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'bin', 'creditctl.cjs');
const runsAt = process.argv.indexOf('--runs');
const runs = runsAt === -1 ? 21 : Number(process.argv[runsAt + 1]);

const home = mkdtempSync(path.join(os.tmpdir(), 'creditctl-bench-'));
const { NODE_EXTRA_CA_CERTS: _unset, ...inherited } = process.env;
const env = { ...inherited, HOME: home, NO_COLOR: '1' };
const creditctl = (...words) => ({ words: [bin, ...words], env });

/** The highest ratio to `node -e 0` allowed. */
const limits = {
  'node -e 0': undefined,
  '--version': 1.25,
  '--help': 1.25,
  'ledger add --help': 1.6,
  'ledger list -o json, embedded': 2.3,
  'ledger list -o json, HTTP': 3.5,
  'balance, embedded': undefined,
  'ledger add --dry-run, embedded': undefined,
  'Tab, fixed': 1.6,
  'Tab, fields': undefined,
  'Tab, live and kept': 1.8,
  'Tab, live, embedded': 2.6,
};

try {
  fill();
  const server = await serve();
  try {
    report(measure(server));
  } finally {
    // The server writes its code cache before it ends.
    const ended = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    await ended;
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}

function fill() {
  run(creditctl('config', 'set', 'kind', 'sandbox', '--profile', 'bench'));
  for (let entry = 0; entry < 30; entry += 1) {
    run(creditctl('ledger', 'add', 'acme', '--amount', '1', '--sandbox', '--yes'));
  }
}

function serve() {
  const { words } = creditctl('sandbox', 'serve', '--port', '0');
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`sandbox serve ended with ${code}`)));
    child.stdout.once('data', (line) => resolve({ process: child, ...JSON.parse(String(line)) }));
  });
}

function measure(server) {
  const http = { ...env, ORB_BASE_URL: server.base_url, ORB_API_KEY: server.api_key };
  const list = ['ledger', 'list', 'acme', '-o', 'json'];
  const tab = (...words) => creditctl('__complete', 'zsh', '--', ...words);
  // A state folder that cannot be created, so that completion always reads the database.
  const nothingKept = {
    ...env,
    CREDITCTL_PROFILE: 'bench',
    CREDITCTL_STATE_DIR: '/dev/null/none',
    CREDITCTL_SANDBOX_DB: path.join(home, '.local', 'state', 'creditctl', 'sandbox.db'),
  };
  const cases = {
    'node -e 0': { words: ['-e', '0'], env },
    '--version': creditctl('--version'),
    '--help': creditctl('--help'),
    'ledger add --help': creditctl('ledger', 'add', '--help'),
    'ledger list -o json, embedded': creditctl(...list, '--sandbox'),
    'ledger list -o json, HTTP': { ...creditctl(...list), env: http },
    'balance, embedded': creditctl('balance', 'acme', '--sandbox'),
    'ledger add --dry-run, embedded': creditctl(
      'ledger',
      'add',
      'acme',
      '--amount',
      '1',
      '--sandbox',
      '--dry-run',
    ),
    'Tab, fixed': tab('ledger', 'a'),
    'Tab, fields': tab('ledger', 'list', 'acme', '--json', 'entry'),
    'Tab, live and kept': tab('balance', '--sandbox', 'ac'),
    'Tab, live, embedded': { ...tab('balance', 'ac'), env: nothingKept },
  };
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    for (const [name, command] of Object.entries(cases)) times[name].push(run(command));
  }
  return times;
}

/** Runs one process; returns its milliseconds from start to end. */
function run({ words, env: environment }) {
  const begun = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A failed completion prints nothing, and would count as a fast one.
  if (words[1] === '__complete' && stdout.length < 2) throw new Error(`${words.join(' ')} found nothing`);
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

function report(times) {
  const base = median(times['node -e 0']);
  console.log(
    `Node ${process.version}, ${runs} interleaved runs, median milliseconds and ratio to node -e 0`,
  );
  for (const [name, values] of Object.entries(times)) {
    const ratio = median(values) / base;
    const limit = limits[name];
    const verdict = limit === undefined ? '' : `  (at most ${limit}: ${ratio <= limit ? 'ok' : 'MISSED'})`;
    console.log(
      `${name.padEnd(32)} ${median(values).toFixed(1).padStart(7)} ms  ${ratio.toFixed(2)}×${verdict}`,
    );
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
