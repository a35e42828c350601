// Starts the single executable, or its keychain process, because the executable can run no other file.
if (process.argv[2] === '__keychain') {
  const { answer } = require('../../src/profiles/keychain.ts');
  answer(process.stdin, process.stdout);
} else {
  require('../../bin/boot.cjs');
}
