// Exact decimals for the naive ledger: fixed point over BigInt, sharing nothing with the code under test.

/** Digits behind the point; every amount that a test makes has fewer. */
const digits = 30;

/** Reads decimal text, an exponent included. */
export function exact(text: string): bigint {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    text.match(/^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/) ?? [];
  const zeros = digits - fraction.length + Number(exponent);
  if (whole === '' || zeros < 0) throw new RangeError(`not a decimal with at most ${digits} places: ${text}`);
  return BigInt(`${sign}${whole}${fraction}`) * 10n ** BigInt(zeros);
}

export function shown(value: bigint): string {
  const magnitude = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const text = `${magnitude.slice(0, -digits)}.${magnitude.slice(-digits)}`.replace(/\.?0+$/, '');
  return value < 0n ? `-${text}` : text;
}

/** A JSON document whose numbers are kept as their text. */
export function parseKeepingDigits(text: string): unknown {
  return JSON.parse(
    text.replace(/("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)/g, (_, quoted, number) => quoted ?? `"${number}"`),
  );
}

/** JSON in which the text `#1.5` becomes the number 1.5, with all its digits. */
export function writeKeepingDigits(value: unknown): string {
  return JSON.stringify(value).replace(/"#(-?[\d.eE+-]+)"/g, '$1');
}
