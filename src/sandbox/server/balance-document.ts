// A change of a customer's balance as the API tells it (contract: CustomerBalanceTransaction).
import { isNegative, negate, subtract } from '../../credits/amount.ts';
import { formatInstant } from '../../credits/instant.ts';
import type { JsonObject } from '../../wire/json.ts';
import { accountCurrency } from '../ledger/invoice.ts';
import { moneyText } from '../ledger/money.ts';
import type { BalanceTransaction } from '../store/balance.ts';
import type { StoredCustomer } from '../store/customers.ts';

/** What a customer's balance is in, ISO 4217. */
export const balanceCurrency = ({ currency }: Pick<StoredCustomer, 'currency'>): string =>
  currency ?? accountCurrency;

export const balanceText = (customer: StoredCustomer): string =>
  moneyText(customer.balance, balanceCurrency(customer));

/** @param currency of the balance, ISO 4217 */
export function transactionDocument(transaction: BalanceTransaction, currency: string): JsonObject {
  const { starting, ending, invoice, creditNote } = transaction;
  const change = subtract(ending, starting);
  const isTaken = isNegative(change);
  return {
    id: transaction.id,
    created_at: formatInstant(transaction.createdAt),
    starting_balance: moneyText(starting, currency),
    ending_balance: moneyText(ending, currency),
    amount: moneyText(isTaken ? negate(change) : change, currency),
    action: transaction.action,
    description: transaction.description,
    invoice: invoice === null ? null : { id: invoice },
    type: isTaken ? 'decrement' : 'increment',
    credit_note: creditNote === null ? null : { id: creditNote },
  };
}
