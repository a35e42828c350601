// Decides which units a ledger can be kept in: credits, added pricing units, and real money in the customer's currency.
import { defaultCurrency } from '../../credits/customer.ts';
import { type Refusal, refuse } from './model.ts';

/** ISO 4217: the currencies in use. Written out, because Node's list differs from version to version. */
export const realCurrencies: ReadonlySet<string> = new Set(
  `
  AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP
  BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR
  FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES
  KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
  MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
  SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS
  UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
`
    .trim()
    .split(/\s+/),
);

/** The pricing unit that every account has. */
export const givenUnit = defaultCurrency;

/** The facts about a currency that decide whether a ledger can be kept in it. */
export interface Denomination {
  readonly name: string;
  /** Whether the customer already has a ledger in this currency, which stays open. */
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
  if (name === givenUnit || isOpen || addedUnits().includes(name)) return undefined;
  return refuse(
    'currency-unknown',
    `There is no currency or pricing unit '${name}'. Use ${givenUnit}, an ISO 4217 code in capitals, or a unit that sandbox units add has added.`,
  );
}
