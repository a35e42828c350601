// Rounds and formats money in the smallest unit of its currency.
import { type Amount, fixed, rounded } from '../../credits/exact.ts';

/** ISO 4217: the currencies whose smallest unit is not a hundredth. */
const unusualDecimals: Readonly<Record<string, number>> = {
  ...decimalsOf(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...decimalsOf(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...decimalsOf(4, 'CLF UYW'),
};

function decimalsOf(decimals: number, currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(' ').map((currency) => [currency, decimals]));
}

const decimalsIn = (currency: string): number => unusualDecimals[currency] ?? 2;

/** Money rounded to its smallest unit, so that it can be paid. Model: half of the smallest unit is rounded away from zero. */
export const payable = (money: Amount, currency: string): Amount => rounded(money, decimalsIn(currency));

/** `8.00` for dollars, `800` for yen, `8.000` for dinars. @param currency ISO 4217 */
export const moneyText = (money: Amount, currency: string): string => fixed(money, decimalsIn(currency));
