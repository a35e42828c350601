// The ledger entry as the core writes it, and the status that follows from its age.
import type { Amount } from '../../credits/amount.ts';
import type { EntryStatus, EntryType } from '../../credits/entry.ts';
import type { Instant } from '../../credits/instant.ts';

export interface Entry {
  readonly id: string;
  /** 1 for the first entry of a ledger, then without gaps. Model: a choice of ours, see docs/embedded-ledger.md. */
  readonly sequence: number;
  readonly type: EntryType;
  /** Never negative; the direction is `ending` against `starting`. */
  readonly amount: Amount;
  readonly starting: Amount;
  readonly ending: Amount;
  /** Whole seconds, never earlier than that of the entry before. */
  readonly createdAt: Instant;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly blockId: string;
  /** Of an `expiration_change` or `void_initiated`; `null` there means that the new block never expires. */
  readonly newBlockExpiresAt: Instant | null;
  /** The block that the entry made beside the one it names, by moving credits or a debt. */
  readonly newBlockId: string | null;
  /** Whether the entry belongs to the same command as the entry before it. */
  readonly continues: boolean;
  /** Of a `void_initiated` or `void`: what was asked for. */
  readonly voidAmount: Amount | null;
  readonly voidReason: string | null;
  /** The invoice that the entry raised. */
  readonly invoiceId: string | null;
}

/** Whether an entry leaves the debt of an expired block to another one; what a command moves always expires. */
export const isDebtMove = ({ type, newBlockExpiresAt }: Entry): boolean =>
  type === 'expiration_change' && newBlockExpiresAt === null;

/** How long an entry may still change. Model: Orb's default grace period (contract: CreditLedgerEntry, §17.6). */
export const gracePeriod = 12 * 60 * 60 * 1000;

/** The last instant whose entries are committed at `now`. */
export function committedUntil(now: Instant): Instant {
  return now - gracePeriod;
}

/** `committed` once the grace period has passed, `pending` before. */
export function entryStatus(createdAt: Instant, now: Instant): EntryStatus {
  return createdAt <= committedUntil(now) ? 'committed' : 'pending';
}
