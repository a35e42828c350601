// Finds who wrote and who approved an entry, by the entry's marker in the record of writes.
import type { Customer, LedgerEntry } from '../credits/customer.ts';
import type { Connection } from '../orb/connection.ts';
import { writesFor } from '../record/customer-names.ts';
import type { AccountRecord } from '../record/record.ts';
import { markerName } from '../requests/request.ts';
import { recordOfConnection } from '../runtime/record-of.ts';
import type { Invocation } from '../runtime/show.ts';

export interface Writer {
  /** Name of the person in the record. */
  readonly who: string;
  readonly approvedBy: readonly string[];
}

/** Only reads. Opens the record at the first lookup. */
export class Writers {
  readonly #connection: Connection;
  readonly #invocation: Invocation;
  #record: Promise<AccountRecord | undefined> | undefined;
  /** Writers by key, for one customer at a time; `undefined` for a key that the record does not have. */
  #known = new Map<string, Writer | undefined>();

  constructor(connection: Connection, invocation: Invocation) {
    this.#connection = connection;
    this.#invocation = invocation;
  }

  /** Reads all writes for a customer, which needs fewer queries than one per entry; forgets the previous customer's. */
  async readAhead(of: Customer): Promise<void> {
    this.#known = new Map();
    const record = await this.#opened();
    if (record === undefined) return;
    for await (const { key, who, approvedBy } of writesFor(of, record))
      this.#known.set(key, { who, approvedBy });
  }

  /** `undefined` for an entry without a marker, and for a marker that the record does not have. */
  async of({ metadata }: Pick<LedgerEntry, 'metadata'>): Promise<Writer | undefined> {
    const key = metadata[markerName];
    if (key === undefined || this.#known.has(key))
      return key === undefined ? undefined : this.#known.get(key);
    const write = await (await this.#opened())?.write(key);
    const writer = write === undefined ? undefined : { who: write.who, approvedBy: write.approvedBy };
    this.#known.set(key, writer);
    return writer;
  }

  #opened(): Promise<AccountRecord | undefined> {
    this.#record ??= this.#open();
    return this.#record;
  }

  async #open(): Promise<AccountRecord | undefined> {
    const record = await recordOfConnection(this.#connection, this.#invocation);
    if (record === undefined)
      this.#invocation.runtime.note({
        text: 'The record has no writes of this account: who wrote its entries is not known',
        data: { not_in_record: true },
      });
    return record;
  }
}
