// Rows that a command makes, kept in a file of the state folder, because a plan reads its rows twice.
import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import type { Runtime } from '../../runtime/runtime.ts';
import { type JsonObject, writeJson } from '../../wire/json.ts';
import type { BatchFile } from './batch-file.ts';
import { makeInputFile } from './input-folder.ts';

export class MadeRows {
  readonly #file: string;
  readonly #handle: number;
  #count = 0;
  #isOpen = true;

  /** @param command that makes the rows: one word, for the name of the file */
  constructor(command: string, runtime: Pick<Runtime, 'folders' | 'parts' | 'now'>) {
    this.#file = makeInputFile(command, runtime);
    this.#handle = openSync(this.#file, 'w');
  }

  get count(): number {
    return this.#count;
  }

  /** @param row the body of an entry, with the id of its customer */
  add(row: JsonObject): void {
    this.#count += 1;
    writeSync(this.#handle, `${writeJson(row)}\n`);
  }

  /** The rows so far; nothing can be added after it. @param name of the file, as the plan shows it */
  end(name: string): BatchFile {
    const file = this.#file;
    this.#close();
    return { name, format: 'ndjson', chunks: () => createReadStream(file), close: () => this.remove() };
  }

  remove(): void {
    this.#close();
    rmSync(this.#file, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#handle);
    this.#isOpen = false;
  }
}
