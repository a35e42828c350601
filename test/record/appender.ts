// A program of its own: appends numbered facts to a chained file and prints each number once it is on the disk.
import { writeSync } from 'node:fs';
import { chainedFile } from '../../src/record/chained-file.ts';
import { systemParts } from '../../src/runtime/system.ts';

const [file = '', name = '', count = '0'] = process.argv.slice(2);
const chained = chainedFile(file, systemParts.process);
for (let done = 0; done < Number(count); done += 1) {
  const facts = Array.from({ length: 1 + (done % 3) }, (_, part) => ({ by: name, turn: done, part }));
  chained.appendAll(facts);
  writeSync(1, `${done}\n`);
}
