// Writes one ledger of another account into a copy, entry by entry, and then what follows from all entries together.
import { type Amount, agreeTo15Digits, larger, sum, zero } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import type { JsonObject } from '../../wire/json.ts';
import { type Calendar, loadCalendar } from '../server/date-text.ts';
import { insertBlockMetadata } from '../store/block-metadata.ts';
import { insertBlock } from '../store/blocks.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { insertLedger, ledgerOf, updateHead } from '../store/ledgers.ts';
import { insertUsage } from '../store/usage.ts';
import { insertEntries, runLength } from '../store/write-entries.ts';
import { blockIn, chargeIn, entryIn, forgottenBlockIn } from './copied-documents.ts';
import { inferFacts } from './inferred-facts.ts';

export interface SourceLedger {
  readonly currency: string;
  /** All blocks of the ledger, newest first. */
  readonly blocks: readonly JsonObject[];
  /** All entries of the ledger, newest first; they may not fit into memory. */
  readonly entries: AsyncIterable<JsonObject>;
}

export interface LedgerContext {
  readonly database: Database;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface LedgerReport {
  readonly entries: number;
  readonly blocks: number;
  /** The ids of the blocks that may have an invoice, the oldest first. */
  readonly purchased: readonly string[];
}

type Block = ReturnType<typeof blockIn>;
type Entry = ReturnType<typeof entryIn>;

/** Entries written at once. */
const portion = 1000;

/** Writes nothing for a ledger without blocks and entries. Throws what reading the entries throws, and for data that the store cannot hold. */
export async function copyLedger(
  context: LedgerContext,
  holder: StoredCustomer,
  source: SourceLedger,
): Promise<LedgerReport> {
  const calendar = await loadCalendar();
  const ledger = new LedgerInCopy({ ...context, calendar }, holder, source);
  let waiting: JsonObject[] = [];
  for await (const document of source.entries) {
    waiting.push(document);
    if (waiting.length < portion) continue;
    ledger.write(waiting);
    waiting = [];
  }
  ledger.write(waiting);
  return ledger.end();
}

class LedgerInCopy {
  readonly #context: LedgerContext & { readonly calendar: Calendar };
  readonly #currency: string;
  readonly #blocks: readonly Block[];
  readonly #known: Set<string>;
  readonly #dayOf: ReturnType<Calendar['dayFinder']>;
  readonly #timezone: string;
  readonly #customer: number;
  readonly #forgotten: Block[] = [];
  readonly #invoiced = new Set<string>();
  #ledger: number | undefined;
  #newest: Entry | undefined;
  #oldest: Entry | undefined;
  #count = 0;

  constructor(
    context: LedgerContext & { readonly calendar: Calendar },
    { ordinal, timezone, createdAt }: StoredCustomer,
    { currency, blocks }: SourceLedger,
  ) {
    this.#context = context;
    this.#currency = currency;
    this.#customer = ordinal;
    this.#timezone = timezone;
    this.#dayOf = context.calendar.dayFinder(timezone);
    this.#blocks = blocks.map((document) => blockIn(document, createdAt)).reverse();
    this.#known = new Set(this.#blocks.map(({ id }) => id));
  }

  /** @param documents entries older than all entries written before */
  write(documents: readonly JsonObject[]): void {
    if (documents.length === 0) return;
    const entries = documents.map(entryIn);
    for (const [index, document] of documents.entries()) this.#learn(entries[index], document);
    insertEntries(this.#context.database, this.#row(), entries);
    this.#newest ??= entries[0];
    this.#oldest = entries.at(-1);
    this.#count += entries.length;
  }

  #learn(entry: Entry | undefined, document: JsonObject): void {
    if (entry === undefined) return;
    const { blockId, sequence, createdAt } = entry;
    if (!this.#known.has(blockId)) {
      this.#known.add(blockId);
      this.#forgotten.push(forgottenBlockIn(document));
    }
    if (entry.invoiceId !== null) this.#invoiced.add(blockId);
    const charge = entry.type === 'decrement' ? chargeIn(document) : undefined;
    if (charge === undefined) return;
    const day = this.#dayOf(createdAt);
    const dayStartsAt = this.#context.calendar.startOfDay(day, this.#timezone);
    const place = { ledger: this.#row(), sequence, blockId };
    insertUsage(this.#context.database, place, { kind: { ...charge, itemId: null, day, dayStartsAt } });
  }

  end(): LedgerReport {
    const blocks = [...this.#forgotten.reverse(), ...this.#blocks];
    if (blocks.length > 0) this.#settle(blocks);
    const isPurchased = ({ id, costBasis }: Block): boolean =>
      this.#invoiced.has(id) || (costBasis !== null && /[1-9]/.test(costBasis));
    return {
      entries: this.#count,
      blocks: blocks.length,
      purchased: blocks.filter(isPurchased).map(({ id }) => id),
    };
  }

  #settle(blocks: readonly Block[]): void {
    const { database, now } = this.#context;
    const ledger = this.#row();
    const [first, last] = [this.#oldest?.sequence ?? 1, this.#newest?.sequence ?? 0];
    if (first !== 1 || last !== this.#count) renumber(database, ledger);
    const lastAt = this.#newest?.createdAt ?? null;
    const ceilings = inferFacts(database, ledger, blocks);
    const countedAt = (at: number): readonly Block[] =>
      blocks.filter(({ status, effectiveAt }) => status === 'active' && effectiveAt <= at);
    const sumAt = (at: number): Amount => sum(countedAt(at).map(({ balance }) => balance));
    // A block that became effective after the newest entry is not in its balance: it counts once it gets an entry here.
    const times = lastAt === null ? [now] : [lastAt, Math.max(now, lastAt)];
    const ended = this.#newest?.ending ?? zero;
    const at = times.find((each) => agreeTo15Digits(sumAt(each), ended)) ?? Math.max(...times);
    const effective = new Set(countedAt(at));
    for (const block of blocks) {
      const counted = effective.has(block);
      const reckoned = ceilings.get(block.id) ?? block.initial;
      const ceiling = [zero, block.balance].reduce(larger, reckoned);
      insertBlock(database, { ledger, ordinal: null }, { ...block, counted, ceiling });
      insertBlockMetadata(database, block.id, block.metadata);
    }
    const head = { currency: this.#currency, balance: sumAt(at), sequence: this.#count, lastAt };
    updateHead(database, ledger, head);
  }

  #row(): number {
    const { database } = this.#context;
    // A top-up may have created the ledger already.
    this.#ledger ??=
      ledgerOf(database, this.#customer, this.#currency)?.ordinal ??
      insertLedger(database, this.#customer, this.#currency);
    return this.#ledger;
  }
}

/**
 * Numbers the entries from 1 without gaps, as this store does, because another account may omit some. Call it within a
 * transaction, after all entries are written.
 */
function renumber(database: Database, ledger: number): void {
  // Negative numbers first, so that no number occurs twice during the update.
  for (const table of ['usage_entries', 'entries']) {
    database
      .prepare(
        `UPDATE ${table} SET sequence = -numbered.place FROM
           (SELECT sequence AS was, row_number() OVER (ORDER BY sequence) AS place FROM entries WHERE ledger = ?1) numbered
         WHERE ${table}.ledger = ?1 AND ${table}.sequence = numbered.was`,
      )
      .run(ledger);
  }
  for (const table of ['usage_entries', 'entries'])
    database.prepare(`UPDATE ${table} SET sequence = -sequence WHERE ledger = ?`).run(ledger);
  database.prepare('DELETE FROM amount_peaks WHERE ledger = ?').run(ledger);
  database
    .prepare(
      `INSERT INTO amount_peaks (ledger, run, type, peak)
       SELECT ledger, sequence / ${runLength}, type, max(amount_key) FROM entries WHERE ledger = ? GROUP BY 2, 3`,
    )
    .run(ledger);
}
