// The checked rows of the file, kept in a file of the state folder, so that only one customer's are in memory at a time.
import { InputFile, type InputSpace } from '../../batch/input/input-folder.ts';

export class KeptRows<Row> {
  readonly #file: InputFile;
  /** Where each row begins, and where the next one will. */
  readonly #starts = [0];

  constructor(space: InputSpace) {
    this.#file = new InputFile('expected', space);
  }

  /** Returns the number by which the row is read again. */
  add(row: Row): number {
    this.#starts.push(this.#file.add(JSON.stringify(row)));
    return this.#starts.length - 2;
  }

  read(numbers: readonly number[]): readonly Row[] {
    return numbers.map((number) => {
      const [begin = 0, end = 0] = this.#starts.slice(number, number + 2);
      // It is what `add` wrote in this very run.
      return JSON.parse(this.#file.read(begin, end)) as Row;
    });
  }

  remove(): void {
    this.#file.remove();
  }
}
