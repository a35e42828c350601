// Copies customers of another account into a new database, which replaces the database at a path once it is complete.
import type { JsonObject } from '../../wire/json.ts';
import { insertAlert } from '../store/alerts.ts';
import { insertTransaction } from '../store/balance.ts';
import { blockById } from '../store/blocks.ts';
import { customerById, insertCustomer, type StoredCustomer, updateCustomer } from '../store/customers.ts';
import { insertInvoice, invoiceById } from '../store/invoices.ts';
import { insertLedger, ledgerByOrdinal, ledgerOf } from '../store/ledgers.ts';
import { insertTopUp, newestTopUps } from '../store/top-ups.ts';
import { alertIn, customerIn, parentIn, topUpIn, transactionIn } from './copied-documents.ts';
import { invoiceIn } from './copied-invoice.ts';
import { copyLedger, type LedgerContext, type LedgerReport, type SourceLedger } from './copied-ledger.ts';
import { discardDraft, openDraft, type Processes, publishDraft } from './draft-database.ts';
import { examineStore, ledgerIdIn } from './examine.ts';
import { unitSettings } from './units.ts';

export interface CopyOptions extends Processes {
  /** The path of the database that the copy becomes. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export type CopyTarget = Awaited<ReturnType<typeof copyTarget>>;

/** Throws a CreditctlError for a file that is not a creditctl database. */
export async function copyTarget(options: CopyOptions) {
  const { path } = options;
  const isThere = (await examineStore(path)) !== undefined;
  return {
    path,
    /** Whether a database exists at the path, which the copy would replace. */
    isThere,
    /** Whether the existing database is the embedded ledger of this id, and so the source itself. */
    isLedger: async (id: string | undefined): Promise<boolean> =>
      isThere && id !== undefined && id === (await ledgerIdIn(path)),
    /** Begins the copy in a temporary file beside `path`. Throws a CreditctlError. */
    begin: async (): Promise<AccountCopy> => {
      const database = await openDraft(path, options);
      return new AccountCopy({ database, now: options.now() }, { path, isThere });
    },
  };
}

/** The position of the newest customer in the order of creation; older customers come later and get lower positions. */
const newestPlace = 2 ** 40;

/** Documents follow the contract; lists are newest first, as the API lists them. */
export class AccountCopy {
  readonly #context: LedgerContext;
  readonly #database: LedgerContext['database'];
  readonly #target: { readonly path: string; readonly isThere: boolean };
  readonly #units = new Set<string>();
  readonly #parents: { readonly child: string; readonly parent: string }[] = [];
  #place = newestPlace;
  #isOpen = true;

  constructor(context: LedgerContext, target: { readonly path: string; readonly isThere: boolean }) {
    this.#context = context;
    this.#database = context.database;
    this.#target = target;
  }

  /** Adds a customer. Call it newest customer first, once for each customer. */
  customer(document: JsonObject): StoredCustomer {
    const customer = customerIn(document);
    const parent = parentIn(document);
    if (parent !== null) this.#parents.push({ child: customer.id, parent });
    this.#place -= 1;
    return insertCustomer(this.#database, customer, this.#place);
  }

  topUps({ ordinal }: StoredCustomer, documents: readonly JsonObject[]): void {
    const { now } = this.#context;
    for (const document of [...documents].reverse()) {
      const { currency, topUp } = topUpIn(document, now);
      const known = ledgerOf(this.#database, ordinal, currency)?.ordinal;
      const ledger = known ?? insertLedger(this.#database, ordinal, currency);
      this.#units.add(currency);
      // The other account has already checked the balance; here the top-up checks it with the next entry.
      insertTopUp(this.#database, { customer: ordinal, ledger, topUp, dueAt: null, now });
    }
  }

  /** Returns the number of alerts that watch a credit balance; other alerts are left out. */
  alerts({ ordinal }: StoredCustomer, documents: readonly JsonObject[]): number {
    const alerts = documents.flatMap((document) => alertIn(document, ordinal) ?? []);
    for (const alert of [...alerts].reverse()) insertAlert(this.#database, alert);
    return alerts.length;
  }

  transactions({ ordinal }: StoredCustomer, documents: readonly JsonObject[]): void {
    for (const document of [...documents].reverse())
      insertTransaction(this.#database, ordinal, transactionIn(document));
  }

  async ledger(customer: StoredCustomer, source: SourceLedger): Promise<LedgerReport> {
    const report = await copyLedger(this.#context, customer, source);
    if (report.entries > 0) this.#units.add(source.currency);
    return report;
  }

  /** Adds the invoices that charge for a block. */
  invoices({ ordinal: customer }: StoredCustomer, blockId: string, documents: readonly JsonObject[]): void {
    const stored = blockById(this.#database, blockId);
    if (stored === undefined) return;
    const { block, ledger } = stored;
    const topUp = block.source === 'top_up' ? this.#topUpOf(customer, ledger) : null;
    for (const document of [...documents].reverse()) {
      const { invoice, ordinal: place, voidedAt } = invoiceIn(document, { block, topUpId: topUp });
      if (invoiceById(this.#database, invoice.id) !== undefined) continue;
      insertInvoice(this.#database, { customer, ordinal: this.#isFree(place) ? place : null }, invoice);
      this.#database.prepare('UPDATE invoices SET voided_at = ? WHERE id = ?').run(voidedAt, invoice.id);
    }
  }

  /** An invoice does not name its top-up; a customer has at most one top-up in each currency. */
  #topUpOf(customer: number, ledger: number): string | null {
    const currency = ledgerByOrdinal(this.#database, ledger)?.head.currency;
    const topUps = newestTopUps(
      this.#database,
      { customer, before: Number.MAX_SAFE_INTEGER },
      Number.MAX_SAFE_INTEGER,
    );
    return topUps.find((each) => each.currency === currency)?.topUp.id ?? null;
  }

  #isFree(ordinal: number | null): boolean {
    if (ordinal === null) return false;
    return this.#database.prepare('SELECT 1 FROM invoices WHERE ordinal = ?').get(ordinal) === undefined;
  }

  /** Puts the copy in the place of the database: all rows or none. */
  async finish(): Promise<void> {
    for (const { child, parent } of this.#parents) {
      const [below, above] = [child, parent].map((id) => customerById(this.#database, id));
      if (below === undefined || above === undefined) continue;
      updateCustomer(this.#database, { ...below, parent: above.ordinal });
    }
    this.#database.exec('COMMIT');
    const { add } = unitSettings(this.#database);
    for (const unit of this.#units) add(unit);
    this.#isOpen = false;
    await publishDraft(this.#database, this.#target.path, this.#target.isThere);
  }

  /** Removes the unfinished copy; the database stays unchanged. Does nothing after `finish`. */
  discard(): void {
    if (this.#isOpen) discardDraft(this.#database);
    this.#isOpen = false;
  }
}
