// `sandbox units`: what it lists, what it adds, and that no write is kept in anything else.
import { expect, test } from 'vitest';
import { freshHome, run } from '../../support/run.ts';

const home = freshHome();
const units = (...words: string[]) => run(['sandbox', 'units', ...words, '-o', 'json'], { home });
const add = (currency: string) =>
  run(['ledger', 'add', 'acme', '--amount', '1', '--currency', currency, '--sandbox', '--yes'], { home });
const entries = async (currency: string) => {
  const words = ['ledger', 'list', 'acme', '--currency', currency, '--sandbox', '-o', 'json'];
  return JSON.parse((await run(words, { home })).stdout);
};

test('a unit must be added before a ledger is kept in it', async () => {
  expect((await add('message_credits')).code).toBe(5);
  expect(await entries('message_credits')).toEqual([]);
  const added = await units('add', 'message_credits');
  expect(added.code).toBe(0);
  expect(JSON.parse(added.stdout)).toEqual([{ id: 'message_credits', kind: 'added' }]);
  expect((await add('message_credits')).code).toBe(0);
  expect(await entries('message_credits')).toHaveLength(1);
  await units('add', 'message_credits');
  const usual = await units();
  const pricing = [
    { id: 'credits', kind: 'given' },
    { id: 'message_credits', kind: 'added' },
  ];
  expect(JSON.parse(usual.stdout)).toEqual(pricing);
  expect(JSON.parse(usual.stderr)).toEqual({ currencies: 'left out' });
  const all = await units('--all');
  expect(JSON.parse(all.stdout).slice(0, 3)).toEqual([...pricing, { id: 'AED', kind: 'currency' }]);
  expect(all.stderr).toBe('');
  expect((await units('list')).stdout).toBe((await units()).stdout);
});

test.each([
  'credts',
  'Credits',
  'usd',
  'ZZZ',
  'message_credit',
  'GBP',
])('nothing is written in %s', async (currency) => {
  const { code, stderr } = await add(currency);
  expect(code).toBe(5);
  expect(stderr).toContain(currency);
  expect(await entries(currency)).toEqual([]);
});

test.each([
  [['break'], '<action> must be list or add'],
  [['list', 'x'], 'list takes no more arguments'],
  [['add'], '<unit> is missing'],
  [['add', 'tokens', '--all'], '--all is only for list'],
  [['add', ''], '<unit> must have 1 to 100 characters'],
  [['add', 'two words'], '<unit> may have letters, digits'],
  [['add', 'usd'], 'differs from USD in its capitals only'],
  [['add', 'CREDITS'], 'differs from credits in its capitals only'],
])('%j is a usage error', async (words, sentence) => {
  const before = (await units()).stdout;
  const { code, stderr } = await units(...words);
  expect(code).toBe(2);
  expect(JSON.parse(stderr).error.message).toContain(sentence);
  expect((await units()).stdout).toBe(before);
});
