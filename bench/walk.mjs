// Counts the work of one write: files entered and stack frames before its request is sent, and how often its body, its
// answer and a plan are read or written. Runs the sources directly, against the embedded ledger over HTTP.
//
//   npm run bench:walk
//   npm run bench:walk -- --files    names the files, too
import { spawn, spawnSync } from 'node:child_process';
import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from 'esbuild';

const here = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(here));
const [, , sources = '', ...words] = process.argv;

async function measureAll() {
  // Inside the project, so that Node finds its packages.
  const folder = mkdtempSync(path.join(root, 'dist.walk-'));
  let server;
  try {
    await stripTypes(folder);
    const home = path.join(folder, 'home');
    server = await serve(home);
    const env = { ...process.env, HOME: home, NO_COLOR: '1', ORB_BASE_URL: server.base_url };
    const run = (...line) => child([here, folder, ...line], { ...env, ORB_API_KEY: server.api_key });
    const rows = path.join(folder, 'rows.csv');
    const plan = path.join(folder, 'plan.ndjson');
    writeFileSync(rows, 'external_customer_id,amount\nacme,7\n');
    show(run('ledger', 'add', 'acme', '--amount', '100', '--yes'));
    show(run('undo', 'last', '--yes'));
    run('batch', 'plan', rows, '--out', plan);
    show(run('batch', 'apply', plan, '--yes'));
    // Of a small plan, a read of the end would read all of it.
    writeFileSync(rows, `external_customer_id,amount\n${'globex,7\n'.repeat(2000)}`);
    run('batch', 'plan', rows, '--out', plan, '--force');
    const { passes } = run('batch', 'apply', plan, '--yes', '--confirm', '2000');
    show({ command: 'batch apply of 2,000 rows', counts: { 'passes over the plan': passes }, files: [] });
  } finally {
    server?.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function show({ command, counts, files }) {
  console.log(command);
  for (const [name, count] of Object.entries(counts)) console.log(`  ${String(count).padStart(4)} ${name}`);
  if (sources === '--files') for (const file of files) console.log(`       ${file}`);
}

/** Strips the types of each source, which stays a module of its own, so that V8 counts the functions of each file. */
async function stripTypes(folder) {
  for (const name of fs.readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue;
    const text = readFileSync(path.join(root, 'src', name), 'utf8');
    const { code } = await transform(text, { loader: 'ts', format: 'esm', target: 'node20' });
    const out = path.join(folder, 'src', name.replace(/\.ts$/, '.js'));
    fs.mkdirSync(path.dirname(out), { recursive: true });
    writeFileSync(out, code.replaceAll(/(["'])(\.{1,2}\/[^"']*)\.ts\1/g, '$1$2.js$1'));
  }
  watchJson(path.join(folder, 'src', 'wire'));
}

/** Wraps the only file that reads and writes JSON in a counter. */
function watchJson(folder) {
  const own = path.join(folder, 'json.js');
  const plain = path.join(folder, 'plain-json.js');
  fs.renameSync(own, plain);
  const watched = (name) => `export function ${name}(...given) {
  const result = plain.${name}(...given);
  globalThis.walked?.json('${name}', given[0], result);
  return result;
}`;
  const names = ['parseJson', 'parsePlainJson', 'parseWrittenJson', 'writeJson'];
  writeFileSync(
    own,
    `import * as plain from './plain-json.js';\nexport * from './plain-json.js';\n${names.map(watched).join('\n')}\n`,
  );
}

function serve(home) {
  const bin = path.join(root, 'bin', 'creditctl.cjs');
  const served = spawn(process.execPath, [bin, 'sandbox', 'serve', '--port', '0'], {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    served.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    served.stdout.once('data', (line) => resolve({ child: served, ...JSON.parse(String(line)) }));
  });
}

function child(line, env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, line, { env, encoding: 'utf8' });
  const report = stdout.trim().split('\n').at(-1) ?? '';
  if (status !== 0 || !report.startsWith('{"command"'))
    throw new Error(`${line.join(' ')}: ${stdout}${stderr}`);
  return JSON.parse(report);
}

/** Runs one command line in this process and prints the counts. */
async function walk(argv) {
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const load = (name) => import(pathToFileURL(path.join(sources, 'src', name)).href);
  const { thisSystem } = await load('runtime/system.js');
  const { start } = await load('start.js');
  await loadAll(load);
  /** @type {any} */
  const counters = {
    written: [],
    read: [],
    readOfPlan: 0,
    planSize: 0,
    calls: new Map(),
    frames: 0,
    files: [],
  };
  globalThis.walked = { json: (name, given, result) => counted(counters, name, given, result) };
  countPasses(counters);
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const { exchange: open } = thisSystem;
  thisSystem.exchange = async (...given) => {
    const opened = await open(...given);
    return { ...opened, exchange: (request, signal) => watched(request, opened.exchange(request, signal)) };
  };
  const watched = async (request, answer) => {
    const isWrite = request.method === 'POST' && request.path.endsWith('/ledger_entry');
    if (isWrite && counters.body === undefined) {
      counters.frames = ownFrames(new Error('here').stack);
      counters.body = request.body;
      counters.files = entered(session, counters.calls);
    }
    const { body } = await answer;
    if (isWrite) counters.answer ??= body;
    return answer;
  };
  await start({ argv, version: '0.0.0' });
  entered(session, counters.calls);
  const counts = counters.body === undefined ? {} : summary(counters);
  const passes = Math.round((counters.readOfPlan / counters.planSize) * 10) / 10;
  console.log(JSON.stringify({ command: argv.slice(0, 2).join(' '), counts, passes, files: counters.files }));
}

/** Loads all modules first: code that runs at the load of a module does not count. */
async function loadAll(load) {
  const alone = ['start-completion.js', path.join('profiles', 'keychain.js')];
  for (const name of fs.readdirSync(path.join(sources, 'src'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.js') && !alone.includes(name)) await load(name);
}

function counted(counters, name, given, result) {
  if (name === 'writeJson') counters.written.push(result);
  else counters.read.push(given);
}

/** Counts the bytes read from the plan file, to compare with its size. */
function countPasses(counters) {
  const { open } = fs.promises;
  fs.promises.open = async (file, ...rest) => {
    const handle = await open(file, ...rest);
    if (path.basename(String(file)) !== 'plan.ndjson') return handle;
    const read = handle.read.bind(handle);
    handle.read = async (...given) => {
      const result = await read(...given);
      counters.readOfPlan += result.bytesRead;
      counters.planSize = Math.max(counters.planSize, (await handle.stat()).size);
      return result;
    };
    return handle;
  };
  syncBuiltinESMExports();
}

const ownFrames = (stack) =>
  stack.split('\n').filter((line) => line.includes(`${path.sep}dist.walk-`)).length;

/** Files with a called function, apart from code at the load of a module; also adds up the calls of each function. */
function entered(session, calls) {
  const files = [];
  session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
    for (const { url, functions } of result.filter(
      ({ url }) => url.includes('/dist.walk-') && !url.includes('plain-json'),
    )) {
      const called = functions.filter(
        ({ functionName, ranges: [{ count }] }) => functionName !== '' && count > 0,
      );
      for (const { functionName: name, ranges } of called)
        calls.set(name, (calls.get(name) ?? 0) + ranges[0].count);
      if (called.length > 0) files.push(url.replace(/^.*\/src\//, '').replace(/\.js$/, '.ts'));
    }
  });
  return files.sort();
}

const callsOf = (calls, pattern) =>
  [...calls].reduce((sum, [name, count]) => sum + (pattern.test(name) ? count : 0), 0);

/** The rooms of a write, without the start, the profile and its key, the streams and the machine's files. */
const writing = [
  'commands',
  'credits',
  'requests',
  'prompts',
  'writes',
  'undo',
  'batch',
  'policy',
  'record',
  'orb',
  'wire',
  'views',
];

function summary({ frames, files, written, read, body, answer, calls }) {
  // The body with its mark is part of a line of the record; earlier texts have no mark.
  const { entry_type: type } = JSON.parse(body);
  const marker = `"entry_type":"${type}"`;
  const isBody = (text) => text.includes(marker) && !text.includes('"ledger_sequence_number"');
  return {
    'files entered before it leaves': files.length,
    'of them in the rooms of a write': files.filter((file) => writing.includes(file.split('/')[0])).length,
    'stack frames as it leaves': frames,
    'writings of its body': written.filter(isBody).length,
    'parses of its answer': read.filter((text) => text === answer).length,
    'decodings of an entry': callsOf(calls, /^decode\w*Entry$/),
    'readings of a draft': callsOf(calls, /^entryBody$/),
  };
}

if (sources === '' || sources === '--files') await measureAll();
else await walk(words);
