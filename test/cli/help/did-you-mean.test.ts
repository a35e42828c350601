// "Did you mean …?" wherever something fixed was typed wrongly, and never where nothing is near.
import { expect, test } from 'vitest';
import { creditctl, errorOf } from '../../support/command.ts';

const cases: readonly (readonly [line: string, suggestion: string])[] = [
  ['ledger list acme --type incremnt --sandbox', 'Did you mean --type increment?'],
  ['ledger add acme --type decremnt --amount 1 --sandbox --yes', 'Did you mean --type decrement?'],
  ['ledger list acme --status commited --sandbox', 'Did you mean --status committed?'],
  ['balance acme --sandbox -o cvs', 'Did you mean --output csv?'],
  ['report statement acme --sandbox -o htlm', 'Did you mean --output html?'],
  ['config set knd sandbox', 'Did you mean kind?'],
  ['config set kind sanbox', 'Did you mean sandbox?'],
  ['config get mod', 'Did you mean mode?'],
  ['sandbox faults cler', 'Did you mean clear?'],
  ['sandbox faults set latncy=0.1', 'Did you mean latency=?'],
  ['alerts create acme --type deplted --sandbox --yes', 'Did you mean --type depleted?'],
  ['blocks void acme b1 --amount 1 --reason refnd --sandbox --yes', 'Did you mean --reason refund?'],
  ['ledger watch acme --type decremnt --sandbox', 'Did you mean --type decrement?'],
  ['history list --outcome unknwon --sandbox', 'Did you mean --outcome unknown?'],
  ['sandbox serve --rate-limits liev', 'Did you mean --rate-limits live?'],
  ['batch plan x --out y --format cvs --sandbox', 'Did you mean --format csv?'],
  ['customers update acme --auto-issuance acount --sandbox --yes', 'Did you mean --auto-issuance account?'],
];

for (const [line, suggestion] of cases) {
  test(`"${line}" is answered: ${suggestion}`, async () => {
    const { code, stdout, stderr } = await creditctl(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const next = stderr.startsWith('{')
      ? errorOf({ stderr }).next
      : stderr.split('\n').map((each) => each.slice(4));
    expect(next).toContain(suggestion);
  });
}

test('what is near nothing is not guessed at', async () => {
  for (const line of ['ledger list acme --type zebra --sandbox', 'config get x', 'balance acme --amount']) {
    const { stderr } = await creditctl(line);
    expect(stderr).not.toMatch(/did you mean/i);
  }
});

test('a usage error of a right value is left as it is', async () => {
  const { stderr } = await creditctl('ledger add acme --type void --amount x --sandbox --yes');
  expect(stderr).not.toMatch(/did you mean/i);
});
