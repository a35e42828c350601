#!/usr/bin/env node
// Starts the program. CommonJS, and version and help answered here: both save time that every start would pay.
const { version } = require('../package.json');

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
  const { complete } = loader('completion').load('start-completion.js');
  // A name that is being looked up cannot be called back, and the shell waits for the end of this process.
  complete({ argv, version }).finally(() => process.exit());
} else if (text === undefined) {
  const { loader } = require('./loader.cjs');
  const { load, codeCacheFits } = loader('start');
  load('start.js').start({ argv, version, codeCacheFits });
} else {
  // `--version | true`: a reader that has gone is no failure.
  process.stdout.on('error', ({ code }) => {
    if (code !== 'EPIPE') process.exitCode = 1;
  });
  process.stdout.write(text);
}

/** The help of the whole, kept by the build; a terminal too narrow for it gets one that is made for its width. */
function keptHelp() {
  const { isTTY, columns } = process.stdout;
  if (isTTY && columns > 0 && columns < 80) return undefined;
  try {
    return require('node:fs').readFileSync(`${__dirname}/../dist/help.txt`, 'utf8');
  } catch {
    return undefined;
  }
}
