// The credit block: a sum of credits with one expiry, one cost basis and one source (contract: CreditBlock).
import type { Amount } from './amount.ts';

export const blockStatuses = ['active', 'pending_payment'] as const;
export type BlockStatus = (typeof blockStatuses)[number];

export const blockSources = ['allocation', 'top_up', 'commitment', 'manual'] as const;
export type BlockSource = (typeof blockSources)[number];

/** Which items a block may be spent on (contract: BlockPriceFilter). */
export interface BlockFilter {
  readonly field: string;
  readonly operator: 'includes' | 'excludes';
  readonly values: readonly string[];
}

/** A block as the API returns it. Field names are the API's; times are RFC 3339 text. */
export interface CreditBlock {
  readonly id: string;
  /** Credits left; negative where a decrement went below zero. */
  readonly balance: Amount;
  /** Drawable from this instant on; `null` means always. */
  readonly effective_date: string | null;
  /** Credits lapse at this instant, the start of a day in the customer's zone; `null` means never. */
  readonly expiry_date: string | null;
  /** Money per credit in the customer's currency. */
  readonly per_unit_cost_basis: Amount | null;
  /** One of `blockStatuses`; a block that waits for its payment cannot be drawn from. */
  readonly status: string;
  readonly maximum_initial_balance: Amount | null;
  readonly filters: readonly BlockFilter[];
  /** One of `blockSources`. */
  readonly credit_block_source: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The invoice that charged for a credit block, in short (contract: InvoiceMinified). */
export interface BlockInvoice {
  readonly id: string;
  readonly invoice_number: string;
  /** `issued`, `paid`, `synced`, `void` or `draft`. */
  readonly status: string;
  readonly customer: { readonly id: string; readonly external_customer_id: string | null };
  readonly subscription: { readonly id: string } | null;
}
