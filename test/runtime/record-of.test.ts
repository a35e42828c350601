import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, orb } from '../support/command.ts';
import { freshHome, type RunOptions } from '../support/run.ts';

test('a dry run reads the account of its own API key, not the one that the profile wrote to last', async () => {
  const home = freshHome();
  /** Two accounts of Orb at one address: without the header that names an embedded ledger, their keys tell them apart. */
  const account = (name: string): RunOptions => ({
    home,
    env: { ...orb, ORB_API_KEY: `key_of_${name}` },
    served: path.join(home, `${name}.db`),
    between: async (request, exchange) => {
      const { headers, ...answer } = await exchange(request);
      const { 'creditctl-ledger': _, ...others } = headers;
      return { ...answer, headers: others };
    },
  });
  for (const name of ['first', 'second']) {
    const line = `ledger add acme --amount 1 --yes --idempotency-key key-${name}`;
    expect((await creditctl(line, account(name))).code).toBe(0);
  }
  for (const name of ['first', 'second']) {
    const line = `undo key-${name} --dry-run`;
    expect((await creditctl(line, account(name))).code).toBe(0);
  }
});
