// The sandbox against a naive second model of a ledger: every reply, and regularly the whole list of entries and blocks.
import fc from 'fast-check';
import { test } from 'vitest';
import { runs } from '../../support/runs.ts';
import { sandboxAt } from '../sandbox-at.ts';
import { liveSideBySide } from './side-by-side.ts';
import { type Life, life } from './steps.ts';

/** Credits that wait for the payment of their invoice. */
const sale = {
  do: 'increment',
  amount: '0.1',
  cost: '1.5',
  invoice: 'as needed',
  awaited: true,
  paid: false,
  filters: [],
  currency: 'credits',
  description: null,
  metadata: null,
} as const;

/** Credits that expire before they are paid for, and usage of the day on which they expired. */
const paidAfterExpiry: Life = {
  zone: 'America/Los_Angeles',
  start: Date.parse('2026-03-05T00:00:00Z'),
  steps: [
    { ...sale, expires: { days: 0, as: 'instant' }, effective: { days: -1, as: 'date' } },
    { do: 'invoice', which: 0, becomes: 'paid' },
    { do: 'usage', amount: '1', item: null, price: 'p', currency: 'credits', hoursAgo: 0, twice: false },
  ],
};

/** Credits that were voided before they became effective and were paid for, and a debt after that. */
const paidWhenEmpty: Life = {
  zone: 'Australia/Lord_Howe',
  start: Date.parse('2026-03-05T00:00:00Z'),
  steps: [
    { ...sale, expires: null, effective: { days: 0, as: 'instant' } },
    {
      do: 'void',
      amount: { text: '1', edge: 'left' },
      which: 0,
      reason: null,
      currency: 'credits',
      description: null,
      metadata: null,
    },
    { do: 'until', what: 'due', by: 1 },
    { do: 'invoice', which: 0, becomes: 'paid' },
    {
      do: 'decrement',
      amount: { text: '1', edge: undefined },
      currency: 'credits',
      description: null,
      metadata: null,
    },
  ],
};

test('the sandbox answers as the naive ledger predicts, step by step', async () => {
  const sandbox = await sandboxAt('2026-01-01T00:00:00Z');
  sandbox.sandbox.operations().units.add('message_credits');
  await fc.assert(
    fc.asyncProperty(life, (life) => liveSideBySide(sandbox, life)),
    { numRuns: runs(20), examples: [[paidAfterExpiry], [paidWhenEmpty]] },
  );
}, 120_000);
