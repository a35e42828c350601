// The record of an account to which nothing was ever written, for a dry run: there is nothing in it, and nothing goes in.

import type { AccountRecord } from '../../record/record.ts';

/** What a batch asks of the record. */
export type BatchRecord = Pick<
  AccountRecord,
  | ('apiKey' | 'now' | 'who' | 'append' | 'extendLease' | 'batchRuns' | 'policy')
  | ('savePlan' | 'plan' | 'hasPlan' | 'keyStates' | 'reserved')
  | ('write' | 'writes' | 'countWrites' | 'eventsOf')
>;

async function* nothing<Item>(): AsyncGenerator<Item> {}

const isReadOnly = (): never => {
  throw new TypeError('a dry run writes nothing to the record');
};

export const noRecord: BatchRecord = {
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
};
