// Knows the currencies of real money, in which customers are invoiced.

/** ISO 4217: the currencies in use. Written out, because Node's list differs from version to version. */
export const realCurrencies: ReadonlySet<string> = new Set(
  `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
  CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
  GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK
  LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR
  PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
  THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF
  YER ZAR ZMW ZWG`.split(/\s+/),
);

/** Real money is only kept in the currency that the customer is invoiced in (contract: `currency` of the bodies). */
export const foreignMoney = (currency: string, invoiced: string | null): string | undefined =>
  invoiced === null || currency === invoiced || !realCurrencies.has(currency)
    ? undefined
    : `the customer is invoiced in ${invoiced}, not in ${currency}`;
