// The ledger entry: its types, its statuses, and which types a person may create (contract: CreditLedgerEntry).
import { type Amount, subtract } from './amount.ts';
import type { BlockFilter } from './block.ts';
import { type Instant, parseInstant } from './instant.ts';

/** The entry types that can be created (contract: AddCreditLedgerEntryRequestParams). */
export const creatableEntryTypes = [
  'increment',
  'decrement',
  'expiration_change',
  'void',
  'amendment',
] as const;
export type CreatableEntryType = (typeof creatableEntryTypes)[number];

/** Every entry type a ledger may hold; the last two are written by Orb alone. */
export const entryTypes = [...creatableEntryTypes, 'void_initiated', 'credit_block_expiry'] as const;
export type EntryType = (typeof entryTypes)[number];

export const entryStatuses = ['committed', 'pending'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** The only reason a void may have (contract: AddVoidCreditLedgerEntryRequestParams). */
export const voidReasons = ['refund'] as const;

/** The default pricing unit (contract: Fetch Credit Balance). */
export const defaultCurrency = 'credits';

/** The block that an entry changed, as the entry names it; without the block's balance. */
export interface AffectedBlock {
  readonly id: string;
  readonly expiry_date: string | null;
  readonly per_unit_cost_basis: Amount | null;
  readonly filters: readonly BlockFilter[];
}

/**
 * One line of a customer's ledger. Field names are the API's; times are the API's RFC 3339 text.
 * `amount` is never negative: the direction is `ending_balance` against `starting_balance` (contract: CreditLedgerEntry).
 */
export interface LedgerEntry {
  readonly id: string;
  readonly ledger_sequence_number: number;
  /** One of `entryTypes`, or a type that Orb added since. */
  readonly entry_type: string;
  /** One of `entryStatuses`. */
  readonly entry_status: string;
  readonly customer: { readonly id: string; readonly external_customer_id: string | null };
  /** The customer's eligible credits in this currency before the entry, not the block's. */
  readonly starting_balance: Amount;
  readonly ending_balance: Amount;
  readonly amount: Amount;
  readonly currency: string;
  readonly created_at: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly credit_block: AffectedBlock;
  /** Of an `expiration_change` or a `void_initiated`. */
  readonly new_block_expiry_date?: string | null;
  /** Of a `void_initiated` or a `void`. */
  readonly void_amount?: Amount;
  readonly void_reason?: string | null;
}

/** What the entry did to the customer's balance; the API's `amount` has no sign (contract: CreditLedgerEntry). */
export const changeOf = ({ starting_balance, ending_balance }: LedgerEntry): Amount =>
  subtract(ending_balance, starting_balance);

/** When the entry was created; minus infinity for a time that cannot be read. */
export const instantOf = ({ created_at: at }: LedgerEntry): Instant =>
  parseInstant(at) ?? Number.NEGATIVE_INFINITY;
