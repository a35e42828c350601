// The rules of a run that is under way.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, posts } from '../../support/command.ts';
import type { RunOptions } from '../../support/run.ts';

test('a run stops at the first look at rules that cannot be read, and no row counts as refused', async () => {
  const { home } = await creditctl('config set kind sandbox --profile p');
  await creditctl('config set policy.entry_cap 50 --profile p', { home });
  writeFileSync(`${home}/x.csv`, `external_customer_id,amount\n${'acme,10\n'.repeat(12)}`);
  const config = `${home}/.config/creditctl/config.json`;
  const kept = readFileSync(config);
  let sent = 0;
  const between: Required<RunOptions>['between'] = (request, exchange) => {
    if (request.method === 'POST') sent += 1;
    if (request.method === 'POST' && sent === 2) writeFileSync(config, '{');
    return exchange(request);
  };
  const line = `ledger import ${home}/x.csv --rate 4 --profile p --yes -o json`;
  const stopped = await creditctl(line, { home, between });
  const run = JSON.parse(stopped.stdout);
  expect([stopped.code, run.failed, run.unprocessed], stopped.stderr).toEqual([9, 0, 12 - sent]);
  expect(stopped.stderr).toContain('Cause: The configuration file');
  writeFileSync(config, kept);
  const resumed = await creditctl('batch resume --profile p --yes', { home });
  expect([resumed.code, posts(resumed).length], resumed.stderr).toEqual([0, 12 - sent]);
});

test('a run that went on to its end names what held rows of one customer back, and did not stop early', async () => {
  const { home } = await creditctl('config set kind sandbox --profile p');
  writeFileSync(`${home}/x.csv`, 'external_customer_id,amount\nacme,1\nglobex,2\nglobex,3\n');
  const between: Required<RunOptions>['between'] = async (request, exchange) => {
    if (request.method === 'POST' && /"amount":2\b/.test(request.body ?? ''))
      throw new TransportFailure('the connection was refused', 'no');
    return exchange(request);
  };
  const result = await creditctl(`ledger import ${home}/x.csv --profile p --yes`, { home, between });
  expect(result.code, result.stderr).toBe(9);
  expect(result.stderr).toContain('1 of 3 rows are in the ledger; 2 not sent');
  expect(result.stderr).toContain('Cause: the connection was refused');
});

test('a time limit that passes while the last answers come leaves a whole run done; Ctrl-C ends it as ever', async () => {
  const { home } = await creditctl('config set kind sandbox --profile p');
  writeFileSync(`${home}/x.csv`, `external_customer_id,amount\n${'acme,10\n'.repeat(2)}`);
  const endedBy = (kind: 'network' | 'interrupted', command: string) => {
    const ending = new AbortController();
    let sent = 0;
    const between: Required<RunOptions>['between'] = async (request, exchange) => {
      const answer = await exchange(request);
      if (request.method === 'POST') sent += 1;
      if (sent === 2) ending.abort(new CreditctlError(kind, 'Gave up'));
      return answer;
    };
    return creditctl(`${command} --profile p --yes -o json`, { home, between, signal: ending.signal });
  };
  for (const [kind, code] of [
    ['network', 0],
    ['interrupted', 130],
  ] as const) {
    const applied = await endedBy(kind, `ledger import ${home}/x.csv --batch-id ${kind}`);
    expect([applied.code, JSON.parse(applied.stdout).succeeded], applied.stderr).toEqual([code, 2]);
    const undone = await endedBy(kind, `batch undo ${kind}`);
    expect([undone.code, JSON.parse(undone.stdout).taken_back], undone.stderr).toEqual([code, 2]);
  }
});
