// Which ledgers are kept in real money, and therefore only in the customer's own currency.
import { type Refusal, refuse } from './refusal.ts';

/** Whether a name is an ISO 4217 code rather than a pricing unit such as `credits`. */
function isRealCurrency(name: string): boolean {
  // The list costs a millisecond to make, and no pricing unit in use looks like a code.
  return /^[A-Z]{3}$/.test(name) && Intl.supportedValuesOf('currency').includes(name);
}

/**
 * Real money is only kept in the currency the customer is invoiced in (contract: `currency` of the ledger entry bodies).
 * @param invoicing the customer's currency, ISO 4217; `null` before there is one
 */
export function currencyRefusal(name: string, invoicing: string | null): Refusal | undefined {
  if (name === invoicing || !isRealCurrency(name)) return undefined;
  return refuse(
    'currency-not-invoiced',
    `The currency ${name} is not the customer's invoicing currency${invoicing === null ? '' : `, ${invoicing}`}.`,
  );
}
