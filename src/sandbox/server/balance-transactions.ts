// Answers the routes of a customer's money balance: list its transactions, make one (contract: balance_transactions).

import { formatInstant, isNegative, isPositive, negate, subtract } from '../../credits/exact.ts';
import type { JsonObject } from '../../wire/json.ts';
import { accountCurrency } from '../ledger/invoice.ts';
import { moneyText, payable } from '../ledger/money.ts';
import { isSane } from '../ledger/shape.ts';
import { type BalanceTransaction, changeBalance, newestTransactions } from '../store/balance.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { invalid, jsonAnswer } from './answers.ts';
import * as check from './check.ts';
import { decimalField, textField } from './check.ts';
import { readSettled, settledCustomer, unsettledCustomer } from './find.ts';
import { type RouteHandler, write } from './route.ts';

/** GET /customers/{customer_id}/balance_transactions, newest first. */
export const listBalanceTransactions: RouteHandler = (context, { params, query }) => {
  const page = query.page('balance_transactions', 'by ordinal');
  const within = query.range('operation_time');
  query.finish();
  return readSettled(context, unsettledCustomer(context, params), ({ customer }) => {
    const filter = { within, after: page.after };
    return page.answer(
      newestTransactions(context.database, customer.ordinal, filter, page.limit),
      (shown) => shown.map((each) => transactionDocument(each, balanceCurrency(customer))),
      ({ ordinal }) => [ordinal],
    );
  });
};

const adjustment = check.shape({
  fields: {
    amount: check.decimal,
    type: check.oneOf(['increment', 'decrement']),
    description: check.nullable(check.string),
  },
  required: ['amount', 'type'],
});

/** POST /customers/{customer_id}/balance_transactions (contract: NewCustomerBalanceTransaction). */
export const createBalanceTransaction: RouteHandler = (context, request) => {
  const { database, freshId } = context;
  return write(context, request, check.readBody(request.body, adjustment), (fields, now) => {
    const customer = settledCustomer(context, request.params, now);
    const currency = balanceCurrency(customer);
    const amount = decimalField(fields, 'amount');
    // Model: money is whole in the smallest unit of its currency, and the type gives the direction.
    if (amount === null || !isPositive(amount) || !isSane(amount) || payable(amount, currency) !== amount)
      throw invalid([`amount: must be above 0, in whole units of what ${currency} can be paid in`]);
    const by = textField(fields, 'type') === 'increment' ? amount : negate(amount);
    const description = textField(fields, 'description');
    const change = { customer: customer.ordinal, by, action: 'manual_adjustment', description } as const;
    const made = changeBalance(database, change, { now, freshId });
    if (made === undefined) throw new RangeError('a change by an amount above zero changed nothing');
    return jsonAnswer(200, transactionDocument(made, currency));
  });
};

/** The currency of a customer's money balance, ISO 4217. */
export const balanceCurrency = ({ currency }: Pick<StoredCustomer, 'currency'>): string =>
  currency ?? accountCurrency;

export const balanceText = (customer: StoredCustomer): string =>
  moneyText(customer.balance, balanceCurrency(customer));

/** @param currency the currency of the balance, ISO 4217 */
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
