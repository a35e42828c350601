// Adds credits as a new block, and raises the invoice that pays for the block.
import { amount, isPositive, zero } from '../../credits/exact.ts';
import type { Account, Frame } from './account.ts';
import { invoiceTotal } from './invoice.ts';
import { type Entry, type Increment, type Refusal, refuse } from './model.ts';
import { coverOverage } from './overage.ts';
import { raiseInvoice } from './purchase.ts';

/** Creates a block and its entry (contract: increment); a block that waits for its date or its payment leaves the balance unchanged. */
export function increment(account: Account, command: Increment, { posting, at }: Frame): Entry | Refusal {
  const effectiveAt = command.effectiveAt ?? at;
  if (command.expiresAt !== null && command.expiresAt <= effectiveAt) {
    return refuse('expiry-before-effective', 'The expiry date must be after the effective date.');
  }
  const { invoice: terms } = command;
  const currency = account.invoicingCurrency;
  const unitPrice = amount(command.costBasis ?? zero);
  // Model: credits that cost nothing wait for no payment, even if an invoice for them is requested.
  const awaitsPayment =
    terms?.requirePayment === true &&
    !terms.markAsPaid &&
    isPositive(invoiceTotal({ quantity: command.amount, unitPrice }, currency));
  const block = posting.create({
    id: posting.freshId(),
    balance: command.amount,
    initial: command.amount,
    effectiveAt,
    expiresAt: command.expiresAt,
    costBasis: command.costBasis,
    status: awaitsPayment ? 'pending_payment' : 'active',
    counted: !awaitsPayment && effectiveAt <= at,
    filters: command.filters,
    source: 'manual',
    ceiling: command.amount,
  });
  const invoiceId =
    terms === null ? null : raiseInvoice(posting, { block, terms, currency, at, topUpId: null });
  const answer = posting.write(at, {
    type: 'increment',
    amount: command.amount,
    effect: block.counted ? command.amount : zero,
    block,
    description: command.description,
    metadata: command.metadata,
    invoiceId,
  });
  coverOverage(account, block, { posting, at });
  return answer;
}
