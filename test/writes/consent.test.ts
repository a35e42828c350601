// Consent holds for the rules under which the write was judged: they may become stricter while a person thinks.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { reportManner } from '../../src/writes/consent.ts';
import { creditctl } from '../support/command.ts';
import { granted } from '../support/granted.ts';
import { losingAnswers, type RunOptions, type RunResult } from '../support/run.ts';

const grant = 'ledger add acme --amount 10 --expires 2027-01-31 --description trial --sandbox';

/** A home with a first write, a plan of a row and a policy file. */
async function begun(): Promise<string> {
  const { home } = await granted('--amount 1');
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,10\n');
  writeFileSync(path.join(home, 'policy.json'), '{"entry_cap":"5"}');
  await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --sandbox`, { home });
  await creditctl('config set kind sandbox', { home });
  return home;
}

function expectNothing({ code, stderr, requests }: RunResult): void {
  expect(code, stderr).toBe(10);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
    'The rules for writes changed meanwhile; nothing was sent',
  );
  expect(requests.filter(({ method }) => method === 'POST')).toEqual([]);
}

test.each([
  'record policy set {home}/policy.json --yes',
  'config set policy.entry_cap 5',
])('no write is sent after %s in the middle of the question', async (line) => {
  const home = await begun();
  const meanwhile = () => creditctl(line.replace('{home}', home), { home });
  const asking = (message: string) => ({
    home,
    terminal: 100,
    answers: [{ message, answer: true, meanwhile }],
  });
  expectNothing(await creditctl(grant.replace(' --sandbox', ''), asking('Grant 10 credits')));
  // By now the rules refuse the write without a question.
  const refused = await creditctl(`batch apply ${home}/x.plan --yes`, { home });
  expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining('over the limit of 5')]);
});

test('no row of a batch is sent either', async () => {
  const home = await begun();
  const meanwhile = () => creditctl('config set policy.entry_cap 5', { home });
  const answers = [{ message: 'Write 1 row', answer: true, meanwhile }];
  expectNothing(await creditctl(`batch apply ${home}/x.plan`, { home, terminal: 100, answers }));
});

test.each([
  ['the grant is judged', grant, 1],
  ['its room under the cap is read', grant, 2],
  ['a batch is judged', 'batch apply {home}/x.plan --sandbox', 1],
])('nothing is sent after a new policy while %s, without a question', async (_when, line, turn) => {
  const home = await begun();
  await creditctl('config set policy.customer_day_cap 1000', { home });
  let reads = 0;
  const between: Required<RunOptions>['between'] = async (request, exchange) => {
    const isRead = request.method === 'GET' && request.path.endsWith('/credits/ledger');
    if (isRead) reads += 1;
    if (isRead && reads === turn)
      await creditctl(`record policy set ${home}/policy.json --sandbox --yes`, { home });
    return exchange(request);
  };
  expectNothing(await creditctl(`${line.replace('{home}', home)} --yes`, { home, between }));
});

test('a running batch stops, and what is left of it is judged by the new rules', async () => {
  const { home } = await granted('--amount 1');
  writeFileSync(path.join(home, 'x.csv'), `external_customer_id,amount\n${'acme,10\n'.repeat(12)}`);
  writeFileSync(path.join(home, 'policy.json'), '{"entry_cap":"5"}');
  await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --sandbox`, { home });
  let sent = 0;
  const between: Required<RunOptions>['between'] = async (request, exchange) => {
    if (request.method === 'POST') sent += 1;
    if (request.method === 'POST' && sent === 2)
      await creditctl(`record policy set ${home}/policy.json --sandbox --yes`, { home });
    return exchange(request);
  };
  const stopped = await creditctl(`batch apply ${home}/x.plan --rate 4 --sandbox --yes`, { home, between });
  expect([stopped.code, stopped.stderr]).toEqual([
    9,
    expect.stringContaining('The rules for writes changed'),
  ]);
  expect(sent).toBeLessThan(12);
  const resumed = await creditctl('batch resume --sandbox --yes', { home });
  expect([resumed.code, resumed.stderr]).toEqual([10, expect.stringContaining('limit of 5')]);
});

test('a write that needs no yes is judged by the rules after the questions, too', async () => {
  const home = await begun();
  const meanwhile = () => creditctl(`record policy set ${home}/policy.json --yes`, { home });
  const answers = [{ message: 'How many credits?', answer: '10', meanwhile }];
  const line = grant.replace(' --amount 10', '').replace('--sandbox', '--type increment --yes');
  const result = await creditctl(line, { home, terminal: 100, answers });
  expect(result.code, result.stderr).toBe(10);
  expect(result.stderr).toContain('over the limit of 5');
  expect(result.requests.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('another write is offered only where the same command would make one', async () => {
  const create = 'alerts create acme --type credit_balance_depleted --currency credits';
  const made = await creditctl(`${create} --sandbox --yes --json id`);
  const { home } = made;
  const { id } = JSON.parse(made.stdout);
  for (const [line, isOffered] of [
    ['ledger add acme --amount 7', true],
    ['ledger add acme --amount 7 --idempotency-key cron', false],
    [`alerts disable ${id}`, false],
  ] as const) {
    expect((await creditctl(`${line} --sandbox --yes`, { home, ...losingAnswers })).code, line).toBe(11);
    const again = await creditctl(`${line} --sandbox --yes`, { home });
    expect([again.code, again.stderr], line).toEqual([0, expect.stringContaining('nothing was sent.')]);
    expect(again.stderr.includes('To write another, run the command again'), line).toBe(isOffered);
  }
});

test.each([
  [100, 'With --no-input'],
  [undefined, 'Without a terminal'],
])('a write without consent says what stands in the way of the question: on a terminal of %s cells, %s', async (terminal, why) => {
  const { code, stderr } = await creditctl(`${grant} --no-input`, terminal === undefined ? {} : { terminal });
  expect([code, stderr.split('\n')[0]]).toEqual([
    10,
    `creditctl: ${why}, nothing is written unless you pass --yes`,
  ]);
});

test.each([
  'unacknowledged',
  'replayed',
] as const)('a write that was undone before a run could report it, and is %s, is written again by one way', (manner) => {
  const settled = { result: null, document: null, key: 'k', manner, undoneBy: 'u' };
  const note = vi.fn();
  for (const isRepeatable of [true, false])
    reportManner(settled, isRepeatable, { note } as unknown as Runtime);
  expect(note.mock.calls.map(([{ text }]) => text.replace(/^.* (?=It was undone)/, ''))).toEqual([
    'It was undone since. To write another, run the command again.',
    'It was undone since. To write it again, use another key.',
  ]);
});
