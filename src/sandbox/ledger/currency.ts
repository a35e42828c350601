// Which ledgers are kept in real money, and therefore only in the customer's own currency.

/** Whether a name is an ISO 4217 code rather than a pricing unit such as `credits`. */
export function isRealCurrency(name: string): boolean {
  // The list costs a millisecond to make, and no pricing unit in use looks like a code.
  return /^[A-Z]{3}$/.test(name) && Intl.supportedValuesOf('currency').includes(name);
}
