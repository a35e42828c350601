// What a billing person expects of a ledger from which a block was deleted, one story each.
import { expect, test } from 'vitest';
import { giveBack, grant, instant, MemoryAccount, move, take, voidOf } from './memory-account.ts';

const until = (text: string) => ({ expiresAt: instant(text) });

test('usage of the deleted block falls on the next one in order, and every balance is computed again', () => {
  const account = new MemoryAccount();
  account.do(grant('100', until('2026-06-01')));
  account.do(grant('50'));
  account.do(take('30'));
  account.do(grant('5'));
  const { lines, balances, entries } = account.without('#1');
  expect(lines).toEqual(['increment 50: 0 → 50', 'decrement 30: 50 → 20', 'increment 5: 20 → 25']);
  expect(balances).toEqual(['#3 20', '#6 5']);
  expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  // The client finds the entries under the ids they had.
  expect(entries.map(({ id }) => id)).toEqual(account.entries.slice(1).map(({ id }) => id));
});

test('a decrement that spanned blocks is one again where one suffices', () => {
  const account = new MemoryAccount();
  account.do(grant('10', until('2026-06-01')));
  account.do(grant('50'));
  account.do(take('30'));
  expect(account.without('#1').lines).toEqual(['increment 50: 0 → 50', 'decrement 30: 50 → 20']);
});

test('what then expires is what was left without the block', () => {
  const account = new MemoryAccount();
  account.do(grant('10', until('2026-02-01')));
  account.do(grant('10', until('2026-03-01')));
  account.do(take('15'));
  account.until('2026-04-01');
  expect(account.entries.at(-1)).toMatchObject({ type: 'credit_block_expiry', amount: '5' });
  expect(account.without('#1').lines).toEqual([
    'increment 10: 0 → 10',
    'decrement 15: 10 → -5',
    'expiration_change 5: -5 → -5',
  ]);
  expect(account.without('#3').lines).toEqual([
    'increment 10: 0 → 10',
    'decrement 15: 10 → -5',
    'expiration_change 5: -5 → -5',
  ]);
});

test('without any other block the usage becomes a debt', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  account.do(take('4'));
  const { lines, entries } = account.without('#1');
  expect(lines).toEqual(['decrement 4: 0 → -4']);
  expect(entries[0]?.blockId).not.toBe('#1');
});

test('voids, amendments and changes of expiry of the deleted block disappear, and the blocks they made', () => {
  const account = new MemoryAccount();
  account.do(grant('100'));
  account.do(grant('20', until('2026-09-01')));
  account.do(move('2026-06-01', { blockId: '#1', amount: grant('40').amount }));
  const moved = account.blocks.at(-1)?.id ?? '';
  account.do(take('30'));
  account.do(giveBack(moved, '10'));
  account.do(voidOf('#1', '5'));
  expect(account.without('#1').lines).toEqual(['increment 20: 0 → 20', 'decrement 30: 20 → -10']);
});

test('deleting the block that a change of expiry made undoes the change', () => {
  const account = new MemoryAccount();
  account.do(grant('100'));
  account.do(move('2026-06-01', { blockId: '#1' }));
  const moved = account.blocks.at(-1)?.id ?? '';
  account.do(take('30'));
  expect(account.without(moved).lines).toEqual(['increment 100: 0 → 100', 'decrement 30: 100 → 70']);
});

test('a change of expiry moves what its block still has, and disappears if that is nothing', () => {
  const account = new MemoryAccount();
  account.do(grant('30', until('2026-05-01')));
  account.do(grant('50', until('2026-06-01')));
  account.do(take('30'));
  account.do(move('2026-12-01', { blockId: '#3' }));
  const { lines, balances } = account.without('#1');
  expect(lines).toEqual(['increment 50: 0 → 50', 'decrement 30: 50 → 20', 'expiration_change 20: 20 → 20']);
  expect(balances).toEqual(['#3 0', expect.stringMatching(/ 20$/)]);
});

test('a void keeps what was asked for and takes what is there', () => {
  const account = new MemoryAccount();
  account.do(grant('30', until('2026-05-01')));
  account.do(grant('50', until('2026-06-01')));
  account.do(take('30'));
  account.do(voidOf('#3', '50'));
  const { lines, entries } = account.without('#1');
  expect(lines.slice(2)).toEqual(['void_initiated 20: 20 → 20', 'void 20: 20 → 0']);
  expect(entries.at(-1)).toMatchObject({ voidAmount: '50', continues: true });
  const part = new MemoryAccount();
  part.do(grant('30'));
  part.do(grant('50'));
  part.do(voidOf('#3', '10'));
  expect(part.without('#1').lines.at(-1)).toBe('void 10: 50 → 40');
});

test('blocks that were not yet effective enter the balance at their time', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  account.do(grant('7', { effectiveAt: instant('2026-02-01') }));
  account.until('2026-03-01');
  account.do(take('4'));
  expect(account.without('#1').lines).toEqual([
    'increment 7: 0 → 0',
    'increment 7: 0 → 7',
    'decrement 4: 7 → 3',
  ]);
});

test('deleting the only entry leaves an empty ledger', () => {
  const account = new MemoryAccount();
  account.do(grant('10'));
  expect(account.without('#1')).toEqual({ lines: [], balances: [], entries: [] });
});
