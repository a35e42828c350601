import { expect, test } from 'vitest';
import { creditctl } from '../support/command.ts';

test('on a narrow terminal an example goes on after a backslash, and never within quotes or before a value', async () => {
  const { stdout } = await creditctl('ledger add --help', { terminal: 60 });
  const [, examples = ''] = /Examples:\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
  expect(examples.split('\n').filter((line) => line.length > 60)).toEqual([]);
  expect(examples.split('\n').slice(0, 3)).toEqual([
    '  creditctl ledger add acme --amount 100 \\',
    '      --expires +30d --description "Trial credits" \\',
    '      --sandbox --yes',
  ]);
  const whole = (await creditctl('ledger add --help')).stdout;
  expect(whole).toContain(examples.replaceAll(' \\\n      ', ' '));
});
