// Raises the invoice for credits that a person or a top-up bought.
import { type Amount, amount, type Instant, zero } from '../../credits/exact.ts';
import { accountCurrency, type InvoiceTerms, invoiceTotal } from './invoice.ts';
import type { Block } from './model.ts';
import type { Posting } from './posting.ts';

export interface Purchase {
  readonly block: Block;
  readonly terms: InvoiceTerms;
  /** The customer's currency, ISO 4217; `null` before there is one. */
  readonly currency: string | null;
  readonly at: Instant;
  /** The top-up that bought the block; `null` if a person did. */
  readonly topUpId: string | null;
}

/** Raises the invoice that pays for a block, as a draft unless it is already paid, and returns its id. */
export function raiseInvoice(posting: Posting, { block, terms, currency, at, topUpId }: Purchase): string {
  const unitPrice: Amount = amount(block.costBasis ?? zero);
  const id = posting.freshId();
  posting.raise({
    id,
    blockId: block.id,
    currency: currency ?? accountCurrency,
    status: terms.markAsPaid ? 'paid' : 'draft',
    createdAt: at,
    issuedAt: terms.markAsPaid ? at : null,
    paidAt: terms.markAsPaid ? at : null,
    invoiceAt: terms.invoiceAt,
    dueAt: terms.dueAt,
    quantity: block.initial,
    unitPrice,
    total: invoiceTotal({ quantity: block.initial, unitPrice }, currency),
    itemId: terms.itemId ?? posting.freshId(),
    lineItemId: posting.freshId(),
    priceId: posting.freshId(),
    memo: terms.memo,
    autoCollection: terms.autoCollection,
    topUpId,
  });
  return id;
}
