// Decides which units a ledger can be kept in: credits, added pricing units, and real money in the customer's currency.
import { defaultCurrency } from '../../credits/customer.ts';
import { realCurrencies } from '../../credits/real-money.ts';
import { type Refusal, refuse } from './model.ts';

/** The facts about a currency that decide whether a ledger can be kept in it. */
export interface Denomination {
  readonly name: string;
  /** Whether the customer already has a ledger in this currency, which stays open if it is a pricing unit. */
  readonly isOpen: boolean;
  /** The pricing units that an operator has added. */
  readonly addedUnits: () => readonly string[];
  /** The currency that the customer is invoiced in, ISO 4217; `null` before there is one. */
  readonly invoicing: string | null;
}

/**
 * Real money is only kept in the currency the customer is invoiced in (contract: `currency` of the ledger entry bodies).
 * Model: a name that is neither a currency nor a pricing unit of the account is refused. Otherwise a typing mistake
 * would open another ledger.
 */
export function currencyRefusal({ name, isOpen, addedUnits, invoicing }: Denomination): Refusal | undefined {
  if (realCurrencies.has(name)) {
    if (invoicing === null || name === invoicing) return undefined;
    return refuse(
      'currency-not-invoiced',
      `The currency ${name} is not the customer's invoicing currency, ${invoicing}.`,
    );
  }
  if (name === defaultCurrency || isOpen || addedUnits().includes(name)) return undefined;
  return refuse(
    'currency-unknown',
    `There is no currency or pricing unit '${name}'. Use ${defaultCurrency}, an ISO 4217 code in capitals, or a unit that sandbox units add has added.`,
  );
}
