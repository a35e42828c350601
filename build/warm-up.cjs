// Runs the usual commands once and keeps the machine code that V8 made of the chunks, for `bin/loader.cjs`.
const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { codeCache, loader } = require('../bin/loader.cjs');
const { version } = require('../package.json');

const home = mkdtempSync(path.join(os.tmpdir(), 'creditctl-build-'));
const inHome = ['HOME', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'CREDITCTL_CONFIG_DIR', 'CREDITCTL_STATE_DIR'];
for (const name of inHome) process.env[name] = home;
for (const name of ['CREDITCTL_PROFILE', 'CREDITCTL_SANDBOX_DB']) delete process.env[name];

// V8 refuses machine code that was made under other flags, and a start begins without the one that the client sets.
require('node:v8').setFlagsFromString = () => {};

const { load, scripts } = loader('start');
const completion = loader('completion');
// What the commands print is not wanted here, and neither is their exit code.
process.stdout.write = quiet;
process.stderr.write = quiet;

const usual = [
  '--help',
  'ledger add acme --amount 3 --expires +30d --sandbox --yes',
  'ledger add acme --type decrement --amount 1 --sandbox --yes -o json',
  'ledger list acme --sandbox -o json',
  'ledger list acme --sandbox',
  'blocks list acme --sandbox -o csv',
  'balance acme --sandbox',
  'customers list --sandbox -o ndjson',
];

async function warmUp() {
  const { start } = load('start.js');
  const run = (...argv) => start({ argv, version });
  for (const line of usual) await run(...line.split(' '));
  await overHttp(run);
  const { complete } = completion.load('start-completion.js');
  for (const words of [
    ['ledger', 'list', ''],
    ['blocks', 'expire', 'acme', '--sandbox', ''],
  ])
    await complete({ argv: ['__complete', 'zsh', '--', ...words], version });
  await complete({ argv: ['__complete', 'bash', '--', 'creditctl ledger --js', ' =:'], version });
  mkdirSync(codeCache, { recursive: true });
  const kept = new Map([...completion.scripts, ...scripts]);
  for (const [name, { script, bytes }] of kept)
    writeFileSync(path.join(codeCache, name), Buffer.concat([bytes, script.createCachedData()]));
}

/** The HTTP side answers to a server of three lines: it is the client's code that is to be kept. */
async function overHttp(run) {
  const page = JSON.stringify({ data: [], pagination_metadata: { has_more: false, next_cursor: null } });
  const server = require('node:http').createServer((_request, answer) => answer.end(page));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.env.ORB_BASE_URL = `http://127.0.0.1:${port}/v1`;
  process.env.ORB_API_KEY = 'none';
  await run('ledger', 'list', 'acme', '-o', 'json');
  await new Promise((resolve) => server.close(resolve));
}

function quiet(_text, encoding, done = encoding) {
  if (typeof done === 'function') done();
  return true;
}

void warmUp().finally(() => {
  rmSync(home, { recursive: true, force: true });
  process.exitCode = 0;
});
