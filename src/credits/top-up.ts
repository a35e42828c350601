// Defines the top-up, which buys credits automatically when a balance falls to a threshold (contract: TopUp).
import type { Amount } from './exact.ts';

export const topUpExpiryUnits = ['day', 'month'] as const;
export type TopUpExpiryUnit = (typeof topUpExpiryUnits)[number];

/** How each purchase is invoiced (contract: TopUpInvoiceSettings). */
export interface TopUpInvoiceSettings {
  /** Whether the invoice is collected with the customer's saved payment method. */
  readonly auto_collection: boolean;
  /** Days from issue until the invoice is due; 0 means at once. */
  readonly net_terms: number;
  readonly memo: string | null;
  /** Whether the credits wait until the invoice is paid; further top-ups then wait, too. */
  readonly require_successful_payment: boolean;
}

/** A top-up as the API returns it; a customer has at most one for each currency (contract: top_ups). */
export interface TopUp {
  readonly id: string;
  /** Pricing unit or ISO 4217 currency of the balance that is watched. */
  readonly currency: string;
  /** Credits are bought when the balance is at or below this amount. */
  readonly threshold: Amount;
  /** Credits bought each time. */
  readonly amount: Amount;
  /** Money per credit in the customer's currency. */
  readonly per_unit_cost_basis: Amount;
  readonly invoice_settings: TopUpInvoiceSettings;
  /** How many units the credits of one purchase last; `null` for credits that never expire. */
  readonly expires_after: number | null;
  /** One of `topUpExpiryUnits`. */
  readonly expires_after_unit: string | null;
}
