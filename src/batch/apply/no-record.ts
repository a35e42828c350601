// The record of an account to which nothing was ever written, for a dry run: there is nothing in it, and nothing goes in.

import { chainStart } from '../../record/chain.ts';
import type { AccountRecord } from '../../record/record.ts';

async function* nothing<Item>(): AsyncGenerator<Item> {}

const isReadOnly = (): never => {
  throw new TypeError('a dry run writes nothing to the record');
};

export const noRecord: AccountRecord = {
  account: { id: 0, origin: '', mode: 'test', ledger: null },
  apiKey: null,
  now: async () => Number.NaN,
  who: async () => '',
  append: isReadOnly,
  extendLease: isReadOnly,
  savePlan: isReadOnly,
  erase: isReadOnly,
  head: async () => chainStart,
  holds: async () => false,
  write: async () => undefined,
  equalWrites: async () => [],
  writesNaming: async () => [],
  writesBeginning: async () => [],
  writes: nothing,
  countWrites: async () => new Map(),
  keyStates: async () => new Map(),
  knownKeys: async () => new Set(),
  reserved: async () => '0',
  customers: async () => [],
  eventsOf: async () => [],
  events: nothing,
  links: nothing,
  text: async () => undefined,
  batchRuns: async () => [],
  plan: nothing,
  hasPlan: async () => false,
  policy: async () => undefined,
};
