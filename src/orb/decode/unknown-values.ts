// Reports values of an answer that this version does not know, such as a new type of entry that no sum counts correctly.
import {
  blockStatuses,
  type CreditBlock,
  entryStatuses,
  entryTypes,
  type LedgerEntry,
} from '../../credits/customer.ts';
import type { Decode } from './records.ts';

/** Called with a description of each unknown value, such as "an entry of type x". */
export type OnUnknownValue = (what: string) => void;

/** Wraps a decoder to report each unknown value. */
export function reporting<Record>(
  decode: Decode<Record>,
  report: (record: Record, onUnknownValue: OnUnknownValue) => void,
  onUnknownValue: OnUnknownValue,
): Decode<Record> {
  return (value, path) => {
    const decoded = decode(value, path);
    report(decoded.record, onUnknownValue);
    return decoded;
  };
}

const types: ReadonlySet<string> = new Set(entryTypes);
const ofEntries: ReadonlySet<string> = new Set(entryStatuses);
const ofBlocks: ReadonlySet<string> = new Set(blockStatuses);

export function reportEntry(
  { entry_type: type, entry_status: status }: LedgerEntry,
  on: OnUnknownValue,
): void {
  if (!types.has(type)) on(`an entry of type ${quoted(type)}`);
  if (!ofEntries.has(status)) on(`an entry with the status ${quoted(status)}`);
}

export function reportBlock({ status }: CreditBlock, on: OnUnknownValue): void {
  if (!ofBlocks.has(status)) on(`a block with the status ${quoted(status)}`);
}

/** Shortened, and without line breaks. */
const quoted = (word: string): string => JSON.stringify(word.slice(0, 40));
