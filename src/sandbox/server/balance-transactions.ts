// The routes of a customer's balance of money: list its changes, make one (contract: balance_transactions).

import { formatInstant, isNegative, isPositive, negate, subtract } from '../../credits/exact.ts';
import type { JsonObject, WireAnswer } from '../../wire/json.ts';
import { accountCurrency } from '../ledger/invoice.ts';
import { moneyText, payable } from '../ledger/money.ts';
import { isSane } from '../ledger/shape.ts';
import { type BalanceTransaction, changeBalance, newestTransactions } from '../store/balance.ts';
import type { StoredCustomer } from '../store/customers.ts';
import * as check from './check.ts';
import { decimalField, textField } from './check.ts';
import { decimal } from './formats.ts';
import { QueryReader, writeCursor } from './query.ts';
import {
  firstPage,
  idempotently,
  invalid,
  jsonAnswer,
  type RoutedRequest,
  type ServerContext,
} from './route.ts';
import { readSettled, settledCustomer, unsettledCustomer } from './settled.ts';

const cursorKind = 'balance_transactions';

/** GET /customers/{customer_id}/balance_transactions, newest first. */
export function listBalanceTransactions(
  context: ServerContext,
  { params, query }: RoutedRequest,
): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(100);
  const [after = null] = reader.cursor(cursorKind, 1) ?? [];
  const at = reader.range('operation_time');
  reader.finish();
  const { database } = context;
  return readSettled(context, unsettledCustomer(context, params), ({ customer }) => {
    const found = newestTransactions(database, { customer: customer.ordinal, at, after }, limit + 1);
    return firstPage(found, {
      limit,
      documents: (page) => page.map((each) => transactionDocument(each, balanceCurrency(customer))),
      cursor: (last) => writeCursor(cursorKind, last.ordinal),
    });
  });
}

const adjustment = check.shape({
  fields: {
    amount: decimal,
    type: check.oneOf(['increment', 'decrement']),
    description: check.nullable(check.string),
  },
  required: ['amount', 'type'],
});

/** POST /customers/{customer_id}/balance_transactions (contract: NewCustomerBalanceTransaction). */
export async function createBalanceTransaction(
  context: ServerContext,
  request: RoutedRequest,
): Promise<WireAnswer> {
  new QueryReader(request.query).finish();
  const fields = check.readObject(request.body);
  const { database, freshId } = context;
  return idempotently(context, request, (now) => {
    if (check.isProblems(fields)) throw invalid(fields);
    const problems = adjustment(fields, '');
    if (problems.length > 0) throw invalid(problems);
    const customer = settledCustomer(context, request.params, now);
    const currency = balanceCurrency(customer);
    const amount = decimalField(fields, 'amount');
    // Model: money is whole in the smallest unit of its currency, and the type says which way it goes.
    if (amount === null || !isPositive(amount) || !isSane(amount) || payable(amount, currency) !== amount)
      throw invalid([`amount: must be above 0, in whole units of what ${currency} can be paid in`]);
    const by = textField(fields, 'type') === 'increment' ? amount : negate(amount);
    const description = textField(fields, 'description');
    const change = { customer: customer.ordinal, by, action: 'manual_adjustment', description } as const;
    const made = changeBalance(database, change, { now, freshId });
    if (made === undefined) throw new RangeError('a change by an amount above zero changed nothing');
    return jsonAnswer(200, transactionDocument(made, currency));
  });
}

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
