// Checks types and style, all at once; prints what each check found.
import { spawn } from 'node:child_process';

const checks = [['tsc'], ['tsc', '-p', 'tsconfig.scripts.json'], ['biome', 'check', '.']];

/** @param {string[]} command @returns {Promise<boolean>} whether the check found nothing */
function passes(command) {
  const child = spawn('npx', ['--no-install', ...command], { shell: process.platform === 'win32' });
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
