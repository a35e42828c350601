// Watches over the pages of one list: nothing is handed out twice, and no list goes on for ever.
import { CreditctlError } from '../errors.ts';
import { isJsonObject, type Json } from '../wire/json.ts';

/** Pages in a row that may bring nothing new: a filter can leave some empty, and a broken cursor repeats them for ever. */
const barrenMax = 20;

/** What repeats in a list that grows comes soon after it came first, so that not every id of a long list has to be kept. */
const idsKept = 5_000;

export class PageWatch {
  readonly #cursors = new Set<string>();
  #ids = new Set<string>();
  #earlierIds = new Set<string>();
  #barren = 0;

  /** @param start the cursor that the list begins at, if it has one */
  constructor(start: string | undefined) {
    if (start !== undefined) this.#cursors.add(start);
  }

  /** The rows that none of the last pages brought; a list that grows while it is read may repeat some. Rows without an id stay. */
  fresh<Row extends { readonly document: Json }>(rows: readonly Row[]): readonly Row[] {
    const fresh = rows.filter(({ document }) =>
      this.#isNew(isJsonObject(document) ? document.id : undefined),
    );
    this.#barren = fresh.length > 0 ? 0 : this.#barren + 1;
    return fresh;
  }

  /** Throws a `server` error if the pages do not advance to a cursor. */
  advance(cursor: string): void {
    if (this.#cursors.has(cursor)) throw cameTwice(cursor);
    this.#cursors.add(cursor);
    if (this.#barren >= barrenMax) throw bringsNothing();
  }

  #isNew(id: Json | undefined): boolean {
    if (typeof id !== 'string') return true;
    if (this.#ids.has(id) || this.#earlierIds.has(id)) return false;
    if (this.#ids.size >= idsKept) {
      this.#earlierIds = this.#ids;
      this.#ids = new Set();
    }
    this.#ids.add(id);
    return true;
  }
}

function cameTwice(cursor: string): CreditctlError {
  const shown = cursor.length > 40 ? `${cursor.slice(0, 40)}…` : cursor;
  return new CreditctlError(
    'server',
    `The API's pages do not advance: the cursor "${shown}" came twice; the list is incomplete`,
  );
}

function bringsNothing(): CreditctlError {
  return new CreditctlError(
    'server',
    `The API's pages do not advance: ${barrenMax} in a row brought nothing new; the list is incomplete`,
  );
}
