// Stores generated rows in a file of the state folder, because a plan reads its rows twice.
import { createReadStream } from 'node:fs';
import { type JsonObject, writeJson } from '../../wire/json.ts';
import type { BatchFile, fieldNames, NamedRow } from './batch-file.ts';
import { InputFile, type InputSpace } from './input-folder.ts';

/** What names a generated row in messages, in addition to its block. */
export interface MadeFor {
  /** Customer name for messages. */
  readonly customer: string;
  /** Line in the user's own file. */
  readonly line?: number | undefined;
}

export class MadeRows {
  readonly #file: InputFile;
  #count = 0;
  /** Customer names by the API's customer id. */
  readonly #customers = new Map<string, string>();
  /** Lines in the user's own file, by row number. */
  readonly #lines: (number | undefined)[] = [];

  /** @param command that generates the rows: one word, for the file's name */
  constructor(command: string, space: InputSpace) {
    this.#file = new InputFile(command, space);
  }

  get count(): number {
    return this.#count;
  }

  /** @param row an entry body with its customer's id */
  add(row: JsonObject, { customer, line }: MadeFor): void {
    this.#count += 1;
    this.#customers.set(String(row.customer_id), customer);
    this.#lines[this.#count] = line;
    this.#file.add(`${writeJson(row)}\n`);
  }

  /**
   * Closes the file and returns its rows as a batch file; `add` no longer works.
   * @param name of the input, as the plan shows it @param fieldName the flag or column that set a field
   */
  end(name: string, fieldName: ReturnType<typeof fieldNames>): BatchFile {
    const { path } = this.#file;
    this.#file.close();
    const rowName = (row: NamedRow): string => this.#nameOf(row);
    return {
      ...{ name, format: 'ndjson', made: { rowName, fieldName } },
      chunks: () => createReadStream(path),
      close: () => this.remove(),
    };
  }

  #nameOf({ row, customer, draft }: NamedRow): string {
    const line = this.#lines[row];
    return [
      ...(line === undefined ? [] : [`line ${line}`]),
      this.#customers.get(customer?.id ?? '') ?? `row ${row}`,
      ...(draft?.block === undefined ? [] : [`block ${draft.block}`]),
    ].join(', ');
  }

  remove(): void {
    this.#file.remove();
  }
}
