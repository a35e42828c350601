import { expect, test } from 'vitest';
import { run } from '../../support/run.ts';

test('a grant on the embedded ledger prints the entry and nothing else on stdout', async () => {
  const { code, stdout, stderr } = await run([
    'ledger',
    'add',
    'acme',
    '--amount',
    '100',
    '--sandbox',
    '--yes',
    '-o',
    'json',
  ]);
  expect(stderr).toContain('connection');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    entry_type: 'increment',
    amount: 100,
    starting_balance: 0,
    ending_balance: 100,
  });
});

test('what is missing is asked for on a terminal, and the command line that says the same is told', async () => {
  const { code, stdout, stderr } = await run(['ledger', 'add', '--sandbox'], {
    terminal: 100,
    answers: [
      { message: 'Customer', answer: 'acme' },
      { message: 'What shall happen', answer: 'Grant' },
      { message: 'Amount', answer: '12.50' },
      { message: 'Expires', answer: 'in 30 days' },
      { message: 'Description', answer: 'Trial' },
      { message: 'Do it?', answer: true },
    ],
  });
  expect(code).toBe(0);
  expect(stdout).toContain('12.5');
  expect(stderr).toContain(
    'creditctl ledger add acme --type increment --amount 12.50 --expires +30d --description Trial --sandbox --yes',
  );
});
