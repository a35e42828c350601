import { expect, test } from 'vitest';
import type { CreditBlock } from '../../src/credits/customer.ts';
import { amount } from '../../src/credits/exact.ts';
import { askBlock, blockChoice } from '../../src/prompts/block.ts';
import type { BlockPurpose } from '../../src/requests/block-purpose.ts';
import { creditBlock } from '../support/blocks.ts';
import { plannedPrompter } from './planned-prompter.ts';

const now = Date.UTC(2026, 10, 23, 12);

const block = (
  id: string,
  balance: string,
  initial: string | null,
  more: Partial<CreditBlock> = {},
): CreditBlock => {
  const limit = initial === null ? null : amount(initial);
  return creditBlock({ id, balance: amount(balance), maximum_initial_balance: limit, ...more });
};

const expiring = (id: string, date: string, balance = '4') =>
  block(id, balance, '10', { expiry_date: `${date}T00:00:00+00:00` });

const customer = { by: 'external', id: 'acme' } as const;

const blocks = [
  block('full', '10', '10'),
  block('part', '4', '10'),
  block('none', '0', '10'),
  block('free', '4', null),
  expiring('soon', '2026-12-01'),
  expiring('gone', '2026-11-01'),
];

test.each<[BlockPurpose, readonly string[]]>([
  ['void', ['full', 'part', 'free', 'soon']],
  ['change-expiry', ['full', 'part', 'free', 'soon']],
  ['expire', ['full', 'part', 'free', 'soon']],
  ['extend', ['soon']],
  ['amend', ['part', 'none', 'soon']],
])('to %s only blocks that fit are offered', async (purpose, ids) => {
  for (const { id } of blocks) {
    const asked = askBlock(plannedPrompter(['Which block?', id]).prompter, blocks, {
      purpose,
      now,
      zone: 'UTC',
      customer,
    });
    if (ids.includes(id)) expect((await asked).id).toBe(id);
    else await expect(asked).rejects.toThrow(`no choice "${id}"`);
  }
});

test.each<[BlockPurpose, string, string]>([
  ['change-expiry', 'credits are left', 'creditctl ledger add acme'],
  ['expire', 'credits are left', 'Nothing to do'],
  ['extend', 'an expiry date', 'creditctl ledger add acme'],
  ['void', 'no block has credits left', 'name their block and --amount'],
  ['amend', 'only to a block they were taken from', 'creditctl ledger add acme'],
])('where no block fits to %s nothing is asked, and it is said what to do', async (purpose, only, instead) => {
  const none = [expiring('gone', '2026-11-01')];
  const asked = { purpose, now, zone: 'UTC', customer };
  const list = 'List the blocks: creditctl blocks list acme --all-blocks';
  await expect(askBlock(plannedPrompter().prompter, none, asked)).rejects.toMatchObject({
    kind: 'failure',
    message: expect.stringContaining(only) as string,
    facts: { applied: 'no', next: [expect.stringContaining(instead), list] },
  });
  const inUsd = { ...asked, currency: 'USD' };
  await expect(askBlock(plannedPrompter().prompter, none, inUsd)).rejects.toMatchObject({
    facts: {
      next: [
        expect.stringContaining(instead.replace(/ acme$/, ' acme --currency USD')),
        `${list} --currency USD`,
      ],
    },
  });
});

test('a choice shows what is left, on which day of the customer it expires, and what it cost', () => {
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

test('the block that expires first is offered first where credits are extended', async () => {
  const { prompter } = plannedPrompter(['Which block?', '']);
  const newestFirst = [expiring('later', '2026-12-20'), expiring('sooner', '2026-12-01')];
  const asked = { purpose: 'extend', now, zone: 'UTC', customer } as const;
  expect((await askBlock(prompter, newestFirst, asked)).id).toBe('sooner');
});
