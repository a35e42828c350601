// Commands deliver the events of what they wrote before they end.
import { expect, test } from 'vitest';
import { receiving } from '../../sandbox/delivery/receiving.ts';
import { built, cleanEnvironment } from '../../support/built-program.ts';
import { freshHome } from '../../support/run.ts';

test('a command delivers its events before it ends, and the log shows them', async () => {
  const home = freshHome();
  const env = cleanEnvironment(home);
  const receiver = await receiving();
  const added = await built(['sandbox', 'webhooks', 'add', receiver.url, '--json', 'secret'], env);
  receiver.secret = JSON.parse(added.stdout).secret;
  const grant = ['ledger', 'add', 'acme', '--amount', '5', '--sandbox', '--yes', '-o', 'json'];
  expect((await built(grant, env)).code).toBe(0);
  expect(receiver.taken.map(({ type }) => type)).toEqual(['customer.credit_ledger_incremented']);
  receiver.status = () => 500;
  // An address that fails takes nothing from the write.
  expect((await built(grant, env)).code).toBe(0);
  const log = JSON.parse((await built(['sandbox', 'webhooks', 'log', '-o', 'json'], env)).stdout);
  expect(log).toMatchObject([
    { type: 'customer.credit_ledger_incremented', state: 'waiting', attempts: 1, answer: '500' },
    { event: receiver.taken[0]?.id, state: 'delivered', attempts: 1, answer: '200', customer: 'acme' },
  ]);
  const newest = await built(['sandbox', 'webhooks', 'log', '-L', '1', '--json', 'state'], env);
  expect(JSON.parse(newest.stdout)).toEqual([{ state: 'waiting' }]);
}, 30_000);
