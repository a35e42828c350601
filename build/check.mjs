// Checks types and style, all at once; prints what each check found.
import { spawn } from 'node:child_process';

// By their paths: `npx` starts slowly, and the older compiler, whose syntax trees the house rules read, brings a `tsc` of its own.
const tsc = ['node', 'node_modules/typescript/bin/tsc'];
const biome = ['node', 'node_modules/@biomejs/biome/bin/biome'];
const checks = [tsc, [...tsc, '-p', 'tsconfig.scripts.json'], [...biome, 'check', '.']];

/** @param {string[]} command @returns {Promise<boolean>} whether the check found nothing */
function passes([program = '', ...command]) {
  const child = spawn(program, command, { shell: process.platform === 'win32' });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (code !== 0) console.error(`${command.join(' ')}\n${printed}`);
      resolve(code === 0);
    });
  });
}

const found = await Promise.all(checks.map(passes));
if (found.includes(false)) process.exitCode = 1;
