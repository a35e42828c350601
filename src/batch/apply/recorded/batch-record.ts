// The record as a batch uses it; a dry run that finds none gets one in which there is nothing.
import type { AccountRecord } from '../../../record/record.ts';
import { recordFor } from '../../../runtime/record-of.ts';
import type { WriteContext } from '../../../writes/execute.ts';

/** What a batch asks of the record. */
export type BatchRecord = Pick<
  AccountRecord,
  | ('apiKey' | 'now' | 'who' | 'append' | 'extendLease' | 'batchRuns' | 'policy' | 'lostSpan')
  | ('savePlan' | 'plan' | 'hasPlan' | 'keyStates' | 'reserved')
  | ('write' | 'writes' | 'countWrites' | 'eventsOf')
>;

/** A dry run opens no record to write to, and makes none. Throws what opening the record throws. */
export const recordOf = async (context: WriteContext): Promise<BatchRecord> =>
  (await recordFor(context)) ?? emptyRecord;

async function* nothing<Item>(): AsyncGenerator<Item> {}

const isReadOnly = (): never => {
  throw new TypeError('a dry run writes nothing to the record');
};

const emptyRecord: BatchRecord = {
  apiKey: null,
  now: async () => Number.NaN,
  who: async () => '',
  append: isReadOnly,
  extendLease: isReadOnly,
  savePlan: isReadOnly,
  write: async () => undefined,
  writes: nothing,
  countWrites: async () => new Map(),
  keyStates: async () => new Map(),
  reserved: async () => '0',
  eventsOf: async () => [],
  batchRuns: async () => [],
  plan: nothing,
  hasPlan: async () => false,
  policy: async () => undefined,
  lostSpan: async () => undefined,
};
