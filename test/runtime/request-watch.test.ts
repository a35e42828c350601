import { expect, test } from 'vitest';
import { creditctl, linesOf } from '../support/command.ts';
import { entry, page } from '../support/documents.ts';

const key = 'key_of_a_test_1234';
const list = {
  method: 'GET',
  path: '/customers/external_customer_id/acme/credits/ledger?limit=20',
  answer: { json: page([entry()]) },
};
const listed = (flags: string) =>
  creditctl(`ledger list acme ${flags}`, { exchanges: [list], env: { ORB_API_KEY: key } });

test('--verbose shows each request with its status, and never the key', async () => {
  const { code, stdout, stderr } = await listed('--verbose -o json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveLength(1);
  expect(linesOf(stderr)).toEqual([
    {
      request: {
        method: 'GET',
        target: '/customers/external_customer_id/acme/credits/ledger?limit=20',
        ms: 0,
        status: 200,
      },
    },
  ]);
  expect(stderr).not.toContain(key);
});

test('--timing says how many requests there were, once', async () => {
  const { stderr } = await listed('--timing');
  expect(stderr.match(/1 request took/g)).toHaveLength(1);
});

test('without them nothing is shown', async () => {
  expect((await listed('')).stderr).toBe('');
});

test('--quiet leaves out all but errors, warnings and where a write goes', async () => {
  const loud = await creditctl('ledger add acme --amount 1 --sandbox --yes');
  expect(loud.stderr).toContain('Created');
  const { code, stderr, stdout } = await creditctl('ledger add acme --amount 1 --sandbox --yes -q');
  expect(code).toBe(0);
  expect(stdout).toContain('increment');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('SANDBOX');
  const failed = await creditctl('ledger add acme --amount x --sandbox --yes -q');
  expect(failed.code).toBe(2);
  expect(failed.stderr).toContain('--amount');
});
