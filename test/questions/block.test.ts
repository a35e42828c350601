import { expect, test } from 'vitest';
import { amount } from '../../src/credits/amount.ts';
import type { CreditBlock } from '../../src/credits/block.ts';
import type { CreatableEntryType } from '../../src/credits/entry.ts';
import { askBlock, blockChoice } from '../../src/questions/block.ts';
import { plannedPrompter } from './planned-prompter.ts';

const now = Date.UTC(2026, 10, 23, 12);

const block = (
  id: string,
  balance: string,
  initial: string | null,
  more: Partial<CreditBlock> = {},
): CreditBlock => ({
  id,
  balance: amount(balance),
  effective_date: null,
  expiry_date: null,
  per_unit_cost_basis: null,
  status: 'active',
  maximum_initial_balance: initial === null ? null : amount(initial),
  filters: [],
  credit_block_source: 'manual',
  metadata: {},
  ...more,
});

const blocks = [
  block('full', '10', '10'),
  block('part', '4', '10'),
  block('none', '0', '10'),
  block('free', '4', null),
];

test.each<[CreatableEntryType, readonly string[]]>([
  ['void', ['full', 'part', 'free']],
  ['expiration_change', ['full', 'part', 'free']],
  ['amendment', ['part', 'none']],
])('for %s only blocks that fit are offered', async (type, ids) => {
  for (const { id } of blocks) {
    const asked = askBlock(plannedPrompter(['Block', id]).prompter, blocks, { type, now, zone: 'UTC' });
    if (ids.includes(id)) expect((await asked).id).toBe(id);
    else await expect(asked).rejects.toThrow(`no choice "${id}"`);
  }
});

test('where no block fits nothing is asked', async () =>
  expect(
    askBlock(plannedPrompter().prompter, [block('full', '1', '1')], { type: 'amendment', now, zone: 'UTC' }),
  ).rejects.toMatchObject({
    kind: 'failure',
    message:
      'The customer has no block that fits: only a block that credits were taken from can get them back',
    facts: { applied: 'no' },
  }));

test('a choice tells what is left, on which day of the customer it expires, and what it cost', () => {
  const costly = {
    per_unit_cost_basis: amount('0.2'),
    expiry_date: '2026-11-30T15:00:00+00:00',
    status: 'pending_payment',
  };
  expect(blockChoice(block('b', '4', '10', costly), { now, zone: 'Asia/Tokyo' })).toMatchObject({
    name: expect.stringMatching(/^b {2}4 of 10 left {2}expires 2026-12-01 \(.+\) {2}pending_payment$/),
    hint: 'cost basis 0.2 · source manual',
  });
  expect(blockChoice(block('b', '4', null), { now, zone: 'UTC' })).toMatchObject({
    name: 'b  4 left  never expires',
    hint: 'cost basis none · source manual',
  });
});
