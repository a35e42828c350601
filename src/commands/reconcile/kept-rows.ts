// The checked rows of the file, kept in a file of the state folder, so that only one customer's are in memory at a time.
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { makeInputFile } from '../../batch/input/input-folder.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { FileRow } from './expected-rows.ts';

export class KeptRows {
  readonly #file: string;
  readonly #handle: number;
  /** Where each row begins, and where the next one will. */
  readonly #starts = [0];

  constructor(runtime: Pick<Runtime, 'folders' | 'parts' | 'now'>) {
    this.#file = makeInputFile('expected', runtime);
    this.#handle = openSync(this.#file, 'w+');
  }

  /** Returns the number by which the row is read again. */
  add(row: FileRow): number {
    const number = this.#starts.length - 1;
    const begin = this.#starts[number] ?? 0;
    this.#starts.push(begin + writeSync(this.#handle, JSON.stringify(row), begin));
    return number;
  }

  read(numbers: readonly number[]): readonly FileRow[] {
    return numbers.map((number) => {
      const [begin = 0, end = 0] = this.#starts.slice(number, number + 2);
      const bytes = Buffer.alloc(end - begin);
      readSync(this.#handle, bytes, 0, bytes.length, begin);
      // It is what `add` wrote in this very run.
      return JSON.parse(bytes.toString('utf8')) as FileRow;
    });
  }

  remove(): void {
    closeSync(this.#handle);
    rmSync(this.#file, { force: true });
  }
}
