// A program of its own: takes a lock again and again, and prints `two!` if it ever meets another holder inside.
import { readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { withLock } from '../../src/platform/lock.ts';
import { thisSystem } from '../../src/runtime/system.ts';

const [lock = '', turns = '0'] = process.argv.slice(2);
const inside = `${lock}.inside`;
const holder = (): number | undefined => {
  try {
    return Number(readFileSync(inside, 'utf8'));
  } catch {
    return undefined;
  }
};

for (let turn = 0; turn < Number(turns); turn += 1) {
  withLock(lock, thisSystem.process, () => {
    const { runner, isAlive } = thisSystem.process;
    const met = holder();
    // A note that a killed process left is none of somebody who is inside.
    if (met !== undefined && met !== 0 && isAlive({ machine: runner.machine, pid: met }))
      writeSync(1, 'two!\n');
    writeFileSync(inside, String(process.pid));
    for (let spin = 0; spin < 2000; spin += 1) Math.sqrt(spin);
    if (holder() !== process.pid) writeSync(1, 'two!\n');
    rmSync(inside);
  });
}
writeSync(1, 'done\n');
