// Rows that a command makes, kept in a file of the state folder, because a plan reads its rows twice.
import { createReadStream } from 'node:fs';
import { type JsonObject, writeJson } from '../../wire/json.ts';
import type { BatchFile, fieldNames, NamedRow } from './batch-file.ts';
import { InputFile, type InputSpace } from './input-folder.ts';

/** What the user knows a row by, beside its block. */
export interface MadeFor {
  /** As messages name it. */
  readonly customer: string;
  /** In the file of the user. */
  readonly line?: number | undefined;
}

type FieldName = ReturnType<typeof fieldNames>;

export class MadeRows {
  readonly #file: InputFile;
  #count = 0;
  /** By the id of the customer. */
  readonly #customers = new Map<string, string>();
  /** Of the user's file, by the number of the row. */
  readonly #lines: (number | undefined)[] = [];

  /** @param command that makes the rows: one word, for the name of the file */
  constructor(command: string, space: InputSpace) {
    this.#file = new InputFile(command, space);
  }

  get count(): number {
    return this.#count;
  }

  /** @param row the body of an entry, with the id of its customer */
  add(row: JsonObject, { customer, line }: MadeFor): void {
    this.#count += 1;
    this.#customers.set(String(row.customer_id), customer);
    this.#lines[this.#count] = line;
    this.#file.add(`${writeJson(row)}\n`);
  }

  /**
   * The rows so far; nothing can be added after it.
   * @param name of the file, as the plan shows it @param fieldName what the user gave a field with
   */
  end(name: string, fieldName: FieldName): BatchFile {
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
