// A word that names two writes undoes neither: the key of one may be the id of the other's entry.
import { expect, test } from 'vitest';
import { creditctl } from '../support/command.ts';
import { freshHome } from '../support/run.ts';

test('the key of one write and the entry of another is refused, with a name for each', async () => {
  const home = freshHome();
  const granted = async (line: string) => {
    const { stdout } = await creditctl(`ledger add ${line} --sandbox --yes --json id`, { home });
    return (JSON.parse(stdout) as { id: string }).id;
  };
  const first = await granted('acme --amount 10 --idempotency-key march');
  const second = await granted(`globex --amount 77 --idempotency-key ${first}`);
  const undone = await creditctl(`undo ${first} --sandbox --yes`, { home });
  expect(undone.code, undone.stderr).toBe(2);
  expect(undone.stderr).toContain(`"${first}" is the key of one write and the id of another`);
  for (const [name, customer] of [
    ['march', 'acme'],
    [second, 'globex'],
  ]) {
    const { stdout } = await creditctl(`history show ${name} --sandbox --json customer`, { home });
    expect(JSON.parse(stdout)).toEqual({ customer });
  }
  const { stderr } = await creditctl(`history show ${first} --sandbox`, { home });
  expect(stderr).toMatch(new RegExp(`made the entry ${second}: .*\\n.*has the key march: `));
});

test.each([
  ['marc', 6],
  ['batch-4', 12],
])('%s is too short for the beginning of a key, and the way out says how much is needed', async (word, least) => {
  const home = freshHome();
  await creditctl('ledger add acme --amount 10 --sandbox --yes --idempotency-key march-2027', { home });
  for (const line of ['history show', 'undo --yes', 'history settle --yes']) {
    const { code, stderr } = await creditctl(`${line} ${word} --sandbox`, { home });
    expect(code, line).toBe(4);
    expect(stderr).toContain(`beginning of its key, give at least ${least} characters of it`);
  }
  const longer = await creditctl('history show zzzzzz --sandbox', { home });
  expect(longer.stderr).not.toContain('at least');
});
