// Recognises entries that no person wrote by hand: Orb made them for a plan, a contract, a top-up or a voided invoice.
import type { Connection } from '../../orb/connection.ts';
import {
  type AuditedEntry,
  type AuditFinding,
  deletedTopUp,
  invoicesOf,
  madeTopUp,
  voidOf,
} from '../../record/audit.ts';
import type { AccountRecord, WriteWithTexts } from '../../record/record.ts';
import { blocksOf, type LedgerPlace, waitingBlocks } from '../every-ledger.ts';

/** Where an audit reads: the ledgers, and the record of their account. */
export interface AuditPlace {
  readonly connection: Connection;
  readonly record: AccountRecord;
}

/**
 * Returns a check whether no person wrote an entry by hand. Such an entry is the grant of a block of the
 * customer's plan or contract, or of a top-up if the record has one. Or the entry says that granted credits were paid
 * for or became effective. Or the entry voids unpaid credits of a top-up, if the record has the deletion of a top-up.
 * The first call of the check reads the blocks.
 */
export function arrangedBlocks(
  ledger: LedgerPlace,
  writes: ReadonlyMap<string, WriteWithTexts>,
): (entry: AuditedEntry) => Promise<boolean> {
  const all = [...writes.values()];
  const sources = ['allocation', 'commitment', ...(all.some(madeTopUp) ? ['top_up'] : [])];
  const isTopUpDeleted = all.some(deletedTopUp);
  const read = async () => {
    const { granted: waited, moved } = await waitingBlocks(ledger);
    const [granted, voided] = [new Set<string>(), new Set<string>()];
    for await (const { record: block } of blocksOf(ledger)) {
      const { id, credit_block_source: source, status } = block;
      if (sources.includes(source)) granted.add(id);
      // A change of expiry makes a new block. No increment names that block until it is paid for.
      const isOfTopUp = source === 'top_up' || !waited.has(id);
      if (isTopUpDeleted && isOfTopUp && status === 'pending_payment') voided.add(id);
    }
    return { granted, counting: new Set([...waited, ...moved]), voided };
  };
  let known: ReturnType<typeof read> | undefined;
  return async ({ record }) => {
    const { entry_type: type, credit_block: block, starting_balance: before, ending_balance: after } = record;
    if (type !== 'increment' && type !== 'void_initiated') return false;
    known ??= read();
    const { granted, counting, voided } = await known;
    if (type === 'void_initiated') return voided.has(block.id);
    return granted.has(block.id) || (before !== after && counting.has(block.id));
  };
}

const minute = 60_000;

/**
 * Drops findings that only show how an invoice was voided with its credits. The newest entry comes first, so the grant
 * that names the invoice comes later.
 */
export class InvoiceVoids {
  readonly #held = new Map<string, { readonly at: string; readonly finding: AuditFinding }>();
  /** By the block; none for a block that a change of expiry made, whose credits any of the invoices may have charged for. */
  readonly #charged = new Map<string, readonly string[]>();

  add(entry: AuditedEntry): void {
    const { entry_type: type, credit_block: block } = entry.record;
    if (type === 'increment') this.#charged.set(block.id, invoicesOf(entry));
  }

  /** Holds the finding if its entry may belong to an invoice: only the last void of a block can, which leaves no credits. */
  holds(
    { record: { entry_type: type, credit_block: block, created_at: at } }: AuditedEntry,
    finding: AuditFinding,
  ) {
    if (finding.key !== null || type !== 'void_initiated' || this.#held.has(block.id)) return false;
    this.#held.set(block.id, { at, finding });
    return true;
  }

  /** The held findings that no invoice explains which a write of the record voided. */
  async *left(place: AuditPlace) {
    if (this.#held.size === 0) return;
    const voided = await voidedInvoices([...this.#charged.values()].flat(), place);
    for (const [block, { at, finding }] of this.#held) {
      const charged = this.#charged.get(block);
      // All times are the API's.
      const isExplained = voided.some(({ id, voided_at: then }) => {
        const later = Date.parse(at) - Date.parse(then ?? '');
        return later >= -minute && (charged === undefined ? later <= minute : charged.includes(id));
      });
      if (!isExplained) yield finding;
    }
  }
}

/** The invoices that a write of the record voided. */
async function voidedInvoices(ids: readonly string[], { connection, record }: AuditPlace) {
  const voided = [];
  for (const id of ids)
    if (await isDone(voidOf(id), record)) voided.push((await connection.api.invoice(id)).record);
  return voided;
}

/** Whether the record has a write with this fingerprint that took effect. */
export const isDone = async (fingerprint: string, record: AccountRecord): Promise<boolean> =>
  (await record.equalWrites(fingerprint)).some(({ state }) => state === 'settled');
