// Keeps the checked rows of the file in the state folder, so that memory holds only one customer's rows at a time.
import { InputFile, type InputSpace } from '../../batch/input/input-folder.ts';

export class KeptRows<Row> {
  readonly #file: InputFile;
  /** Offsets where each row begins, and where the next row will begin. */
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
      // The text comes from `add` in the same run, so its shape is known.
      return JSON.parse(this.#file.read(begin, end)) as Row;
    });
  }

  remove(): void {
    this.#file.remove();
  }
}
