// An entry whose effect differs from its preview by the time of the answer is not sent.
import { expect, test } from 'vitest';
import { creditctl, posts } from '../support/command.ts';

const grant = 'ledger add acme --amount 100 --expires +1y --sandbox --yes --json credit_block';

test.each([
  ['a block that was filled meanwhile is not expired', 'blocks expire acme {block}', 'Expire all credits'],
  ['a deduction does not draw from another block than shown', 'undo last', 'Use 60 credits'],
])('%s', async (_, line, message) => {
  const { home, stdout } = await creditctl(grant);
  const { id } = JSON.parse(stdout).credit_block;
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
  const { home } = await creditctl(grant);
  const { stdout } = await creditctl(grant.replace('+1y', '+2y'), { home });
  const { id } = JSON.parse(stdout).credit_block;
  const meanwhile = () => creditctl(`blocks expire acme ${id} --on +9d --sandbox --yes`, { home });
  const line = 'ledger add acme --type decrement --amount 60 --description usage --sandbox';
  const answers = [{ message: 'Use 60 credits', answer: true, meanwhile }];
  const result = await creditctl(line, { home, terminal: 200, answers });
  expect([result.code, posts(result)], result.stderr).toEqual([10, []]);
  expect(result.stderr).toContain('the balance of acme is 200 credits as before, but in other blocks');
});
