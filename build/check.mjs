// Checks types and style in parallel, and prints the findings of each check.
import { spawn } from 'node:child_process';

// By path: `npx` starts slowly, and the older compiler, which the house rules use to parse, installs its own `tsc`.
const tsc = ['node', 'node_modules/typescript/bin/tsc'];
const biome = ['node', 'node_modules/@biomejs/biome/bin/biome'];
const checks = [tsc, [...tsc, '-p', 'tsconfig.scripts.json'], [...biome, 'check', '.']];

/** @param {string[]} command @returns {Promise<boolean>} whether the check passed */
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
