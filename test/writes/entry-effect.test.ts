// An entry whose effect differs from its preview by the time of the answer is not sent.
import { expect, test } from 'vitest';
import { creditctl, posts } from '../support/command.ts';
import { granted } from '../support/granted.ts';

test.each([
  ['a block that was filled meanwhile is not expired', 'blocks expire acme {block}', 'Expire all credits'],
  ['a deduction does not draw from another block than shown', 'undo last', 'Use 60 credits'],
])('%s', async (_, line, message) => {
  const { home, block: id } = await granted('--amount 100 --expires +1y');
  const run = (words: string) => creditctl(`${words} --sandbox --yes`, { home });
  await run('ledger add acme --type decrement --amount 60');
  const refill = `blocks amend acme ${id} --amount 60`;
  const isUndo = line === 'undo last';
  if (isUndo) await run(refill);
  const meanwhile = () => run(isUndo ? 'ledger add acme --amount 80 --expires +9d' : refill);
  const answers = [{ message, answer: true, meanwhile }];
  const result = await creditctl(`${line.replace('{block}', id)} --sandbox`, {
    home,
    terminal: 200,
    answers,
  });
  expect([result.code, posts(result)], result.stderr).toEqual([10, []]);
  expect(result.stderr).toContain('Credits moved while you were asked');
});

test('credits that moved to other blocks count as moved, though the balance stayed', async () => {
  const { home } = await granted('--amount 100 --expires +1y');
  const { block } = await granted('--amount 100 --expires +2y', home);
  const meanwhile = () => creditctl(`blocks expire acme ${block} --on +9d --sandbox --yes`, { home });
  const line = 'ledger add acme --type decrement --amount 60 --description usage --sandbox';
  const answers = [{ message: 'Use 60 credits', answer: true, meanwhile }];
  const result = await creditctl(line, { home, terminal: 200, answers });
  expect([result.code, posts(result)], result.stderr).toEqual([10, []]);
  expect(result.stderr).toContain('the balance of acme is 200 credits as before, but in other blocks');
});
