#!/usr/bin/env node
// Starts the program. CommonJS, and the version answered here: both save time that every start would pay.
const { version } = require('../package.json');

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // `--version | true`: a reader that has gone is no failure.
  process.stdout.on('error', ({ code }) => {
    if (code !== 'EPIPE') process.exitCode = 1;
  });
  process.stdout.write(`${version}\n`);
} else {
  const { loader } = require('./loader.cjs');
  const { load, codeCacheFits } = loader();
  load('start.js').start({ argv, version, codeCacheFits });
}
