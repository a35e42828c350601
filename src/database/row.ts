// Reading columns of a row with the type that the schema gives them.
import type { Amount } from '../credits/amount.ts';
import type { Row } from './driver.ts';

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} holds no number`);
  return value;
}

export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

/** A column that only canonical amounts are written to. */
export function amountIn(row: Row, column: string): Amount {
  return text(row, column) as Amount;
}

export function amountOrNull(row: Row, column: string): Amount | null {
  return textOrNull(row, column) as Amount | null;
}

export function bytes(row: Row, column: string): Uint8Array {
  const value: unknown = row[column];
  if (value instanceof Uint8Array) return value;
  // So libsql hands out bytes where it reads many rows at once.
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError(`column ${column} holds no bytes`);
}
