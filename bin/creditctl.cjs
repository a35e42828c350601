#!/usr/bin/env node
// Starts the program. CommonJS, and version and help answered here: both save time that every start would pay.
const parts = require('./parts.cjs');

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
  // A name that is being looked up cannot be called back, and the shell waits for the end of this process.
  complete({ argv, version }).finally(() => process.exit());
} else if (text === undefined) {
  run().catch((error) => {
    // Before the program is there to say it better: a file of its own that cannot be read, a home that is not known.
    process.exitCode = 1;
    process.stderr.write(`creditctl: The program cannot start: ${error.message}\n`);
  });
} else {
  // `--version | true`: a reader that has gone is no failure.
  process.stdout.on('error', ({ code }) => {
    if (code !== 'EPIPE') process.exitCode = 1;
  });
  process.stdout.write(text);
}

async function run() {
  const { loader } = require('./loader.cjs');
  const { load, ...code } = loader('start', version);
  await load('start.pack.js/start.js').start({ argv, version, ...code });
}

/** The help of the whole, kept by the build; a terminal too narrow for it gets one that is made for its width. */
function keptHelp() {
  const { isTTY, columns } = process.stdout;
  if (isTTY && columns > 0 && columns < 80) return undefined;
  try {
    return parts.part('help.txt').toString('utf8');
  } catch {
    return undefined;
  }
}
