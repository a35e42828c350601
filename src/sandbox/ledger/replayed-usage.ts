// The automatic deductions of a ledger while it is replayed: reported again, and followed as they get other numbers.
import { sum } from '../../credits/exact.ts';
import type { Posting } from './account.ts';
import type { PastCommand } from './history.ts';
import type { LedgerInMemory } from './ledger-in-memory.ts';
import type { Entry } from './model.ts';
import { deduct, type UsageEntry, type UsageKind } from './usage.ts';

export class ReplayedUsage {
  readonly #past: ReadonlyMap<number, UsageKind>;
  readonly #ledger: LedgerInMemory;
  readonly #last = new Map<string, UsageEntry>();

  /** @param past as of the history, by former sequence number */
  constructor(past: ReadonlyMap<number, UsageKind>, ledger: LedgerInMemory) {
    this.#past = past;
    this.#ledger = ledger;
  }

  /** Reports the usage of a command again; `false` if it was none. */
  repeat({ first, entries }: PastCommand, posting: Posting): boolean {
    const kind = this.#past.get(first.sequence);
    if (kind === undefined) return false;
    const usage = { ...kind, amount: sum(entries.map(({ amount }) => amount)) };
    const earlier = (blockId: string) => this.#last.get(place(blockId, kind));
    const frame = { posting, at: first.createdAt };
    for (const growth of deduct(this.#ledger.account(), { usage, earlier }, frame).grown)
      this.#ledger.grow(growth);
    return true;
  }

  /** Notes what the entries of a command are for, under the ids that they keep. */
  keep({ first }: PastCommand, entries: readonly Entry[]): void {
    const kind = this.#past.get(first.sequence);
    if (kind === undefined) return;
    for (const entry of entries) {
      const { sequence, createdAt, blockId } = entry;
      this.#ledger.keepUsage(entry, kind);
      this.#last.set(place(blockId, kind), { sequence, createdAt });
    }
  }
}

const place = (blockId: string, { priceId, invoiceId, day }: UsageKind): string =>
  JSON.stringify([blockId, priceId, invoiceId, day]);
