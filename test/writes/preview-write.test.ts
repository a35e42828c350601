import { expect, test } from 'vitest';
import { creditctl } from '../support/command.ts';
import { freshHome, losingAnswers } from '../support/run.ts';

test('the question before a write names an earlier one to the customer whose outcome is unknown', async () => {
  const home = freshHome();
  const lost = await creditctl('ledger add acme --amount 5 --sandbox --yes', { home, ...losingAnswers });
  expect(lost.code).toBe(11);
  const ask = (customer: string, name: string) =>
    creditctl(`ledger add ${customer} --amount 6 --expires +9d --description x --sandbox`, {
      home,
      terminal: 200,
      answers: [{ message: `Grant 6 credits to ${customer} (${name})?`, answer: false }],
    });
  expect((await ask('acme', 'Acme Corp')).stderr).toMatch(
    /^Warning: The outcome of an earlier write to acme is unknown \(by tester, \S+Z\)\. To settle it first: creditctl history settle key-1 --sandbox$/m,
  );
  expect((await ask('globex', 'Globex')).stderr).not.toContain('Warning');
});
