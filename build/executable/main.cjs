// Where the single executable begins. It cannot run another file, so it is its own keychain process, too.
if (process.argv[2] === '__keychain') {
  const { answer } = require('../../src/profiles/keychain.ts');
  answer(process.stdin, process.stdout);
} else {
  require('../../bin/boot.cjs');
}
