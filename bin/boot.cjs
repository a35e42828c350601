// Starts the program, and answers version and help at once. CommonJS, because both save time at every start.
const { fstatSync, writeSync } = require('node:fs');
const parts = require('./parts.cjs');

// Node's warnings, such as about deprecated functions, are for programmers, and stderr may have to be JSON.
process.removeAllListeners('warning');

const version = parts.version();
const argv = process.argv.slice(2);
const only = argv.length < 2 ? (argv[0] ?? 'help') : undefined;
const text =
  only === '--version' || only === '-V'
    ? `${version}\n`
    : only === '--help' || only === '-h' || only === 'help'
      ? keptHelp()
      : undefined;

if (argv[0] === '__complete') {
  const { loader } = require('./loader.cjs');
  const { complete } = loader('tab', version).load('tab.pack.js/start-completion.js');
  // A running DNS lookup cannot be cancelled, and the shell waits for the end of this process.
  complete({ argv, version }).finally(() => process.exit());
} else if (text === undefined) {
  run().catch((error) => {
    // A failure before the program is loaded: an unreadable file of its own, or an unknown home folder.
    fail(`The program cannot start: ${error.message}`);
  });
} else {
  print(text);
}

async function run() {
  const { loader } = require('./loader.cjs');
  const { load, ...code } = loader('start', version);
  await load('start.pack.js/start.js').start({ argv, version, ...code });
}

/** Writes without the stream of stdout, which takes longer to load than the rest of such a short run. */
function print(text) {
  const bytes = Buffer.from(text);
  let done = 0;
  try {
    while (done < bytes.length) done += writeSync(1, bytes, done);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    // Only the stream can wait for a slow reader. A closed reader (`--version | true`) is no failure.
    if (code === 'EAGAIN') process.stdout.write(bytes.subarray(done));
    else if (code !== 'EPIPE') fail(`stdout cannot be written (${code}): the output is cut short`);
  }
}

function fail(sentence) {
  process.exitCode = 1;
  process.stderr.write(`creditctl: ${sentence}\n`);
}

/** The help of the whole program, prepared by the build; `undefined` if the terminal is too narrow for it. */
function keptHelp() {
  try {
    const columns = fstatSync(1).isCharacterDevice() ? process.stdout.columns : 0;
    if (columns > 0 && columns < 80) return undefined;
    return parts.part('help.txt').toString('utf8');
  } catch {
    return undefined;
  }
}
