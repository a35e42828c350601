// What a ledger can be asked to do: the five creatable entry types, their dates already resolved to instants.
import type { Amount } from '../../credits/amount.ts';
import type { BlockFilter } from '../../credits/block.ts';
import type { Instant } from '../../credits/instant.ts';
import type { InvoiceTerms } from './invoice.ts';

interface Common {
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Increment extends Common {
  readonly type: 'increment';
  readonly amount: Amount;
  /** `null` means now. */
  readonly effectiveAt: Instant | null;
  readonly expiresAt: Instant | null;
  /** A decimal, kept as it was written. */
  readonly costBasis: string | null;
  readonly filters: readonly BlockFilter[];
  readonly invoice: InvoiceTerms | null;
}

export interface Decrement extends Common {
  readonly type: 'decrement';
  readonly amount: Amount;
}

/** A calendar day in the customer's zone. */
export interface Day {
  readonly startsAt: Instant;
  /** Where the next day starts. */
  readonly endsAt: Instant;
}

export interface ExpirationChange extends Common {
  readonly type: 'expiration_change';
  /** `null` means all that remains. */
  readonly amount: Amount | null;
  readonly blockId: string | null;
  /** The source block's expiry; `null` means not named. */
  readonly expiresAt: Instant | null;
  readonly target: Day;
}

export interface VoidBlock extends Common {
  readonly type: 'void';
  readonly amount: Amount;
  readonly blockId: string;
  readonly reason: string | null;
}

export interface Amendment extends Common {
  readonly type: 'amendment';
  readonly amount: Amount;
  readonly blockId: string;
}

export type Command = Increment | Decrement | ExpirationChange | VoidBlock | Amendment;
