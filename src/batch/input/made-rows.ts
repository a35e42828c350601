// Rows that a command makes, kept in a file of the state folder, because a plan reads its rows twice.
import { createReadStream } from 'node:fs';
import { type JsonObject, writeJson } from '../../wire/json.ts';
import type { BatchFile } from './batch-file.ts';
import { InputFile, type InputSpace } from './input-folder.ts';

export class MadeRows {
  readonly #file: InputFile;
  #count = 0;

  /** @param command that makes the rows: one word, for the name of the file */
  constructor(command: string, space: InputSpace) {
    this.#file = new InputFile(command, space);
  }

  get count(): number {
    return this.#count;
  }

  /** @param row the body of an entry, with the id of its customer */
  add(row: JsonObject): void {
    this.#count += 1;
    this.#file.add(`${writeJson(row)}\n`);
  }

  /** The rows so far; nothing can be added after it. @param name of the file, as the plan shows it */
  end(name: string): BatchFile {
    const { path } = this.#file;
    this.#file.close();
    return { name, format: 'ndjson', chunks: () => createReadStream(path), close: () => this.remove() };
  }

  remove(): void {
    this.#file.remove();
  }
}
