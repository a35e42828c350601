import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../../src/credits/customer.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, notesOf, orb } from '../../support/command.ts';
import { customer, entry, made, page, unmarked } from '../../support/documents.ts';
import { currentRows, forget, running } from '../../support/forgotten.ts';
import { available, granted } from '../../support/granted.ts';
import { imported } from '../../support/imported.ts';
import { leavingOut } from '../../support/lying-lists.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, homeAfter, losingAnswers, noon, type RunOptions } from '../../support/run.ts';

const hour = 3_600_000;

type Fault = 'reset-before' | 'reset-after';

/** Makes the record of a home not know the outcome of a line: its request was lost, or the answer. */
async function lose(line: string, fault: Fault, home: string): Promise<string> {
  await creditctl(`sandbox faults set ${fault}=1`, { home });
  expect((await creditctl(`${line} --sandbox --yes`, { home })).code).toBe(11);
  await creditctl('sandbox faults clear', { home });
  return home;
}

const unknownAfter = (line: string, fault: Fault): Promise<string> =>
  homeAfter(`${fault} ${line}`, () => lose(line, fault, freshHome()));

/** A home whose record does not know that 7 credits were granted. */
const unknownGrant = () => unknownAfter('ledger add acme --amount 7', 'reset-after');

/** The same, for a request that never arrived. */
const lostGrant = (line = 'ledger add acme --amount 7') => unknownAfter(line, 'reset-before');

const isGrant = ({ entry_type }: LedgerEntry): boolean => entry_type === 'increment';

const entriesOf = async (home: string, now = noon): Promise<unknown[]> => {
  const { stdout } = await creditctl('ledger list acme --sandbox --json id,amount', { home, now });
  return JSON.parse(stdout) as unknown[];
};

test('a young write that is not in the ledger is sent again under its key, and is there once', async () => {
  const home = await lostGrant();
  const { code, stdout, requests } = await creditctl('history settle --sandbox --yes -o json', { home });
  expect(code).toBe(0);
  const entries = (await entriesOf(home)) as { id: string }[];
  expect(entries).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      key: 'key-1',
      step: 'resend',
      outcome: 'settled',
      entry: entries[0]?.id,
      what: 'increment 7 credits → acme',
    },
  ]);
  expect(requests.map(({ method, headers }) => [method, headers['idempotency-key']])).toEqual([
    ['GET', undefined],
    ['GET', undefined],
    ['POST', 'key-1'],
  ]);
  const again = await creditctl('history settle --sandbox --yes', { home });
  expect(again).toMatchObject({ code: 0, stdout: '', requests: [] });
  expect(again.stderr).toContain('nothing to settle: the outcome of every write is known');
});

test('a named write is settled alone: nothing is said of the others', async () => {
  const home = await unknownGrant();
  await creditctl('ledger add acme --amount 9 --sandbox --yes --idempotency-key other', { home });
  const known = await creditctl('history settle other --sandbox --yes', { home });
  expect([known.code, known.stdout, known.requests]).toEqual([0, '', []]);
  expect(known.stderr).toContain('nothing to settle: the outcome of this write is known');
  const between = () => Promise.resolve({ status: 500, headers: {}, body: '{}' });
  const failing = await creditctl('history settle key-1 --sandbox --yes -o json', { home, between });
  expect(failing.code).toBe(11);
  expect(errorOf(failing)).toMatchObject({
    message: expect.stringMatching(
      /\nThe write of 2026-11-23T12:00:00\S+ has no known outcome\. It could not/,
    ),
    next: ['Try again later: creditctl history settle key-1 --sandbox'],
  });
});

test('rows of a batch are settled by its own commands, so not everything is known while they are open', async () => {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  await creditctl(`ledger import ${home}/x.csv --batch-id trials --sandbox --yes`, { home });
  await creditctl('ledger add acme --amount 1 --idempotency-key own --sandbox --yes', { home });
  forget(home, { outcomes: 'row = 2' });
  // Who names another write hears nothing of them.
  expect(await creditctl('history settle own --sandbox --yes', { home })).toMatchObject({ code: 0 });
  const settle = await creditctl('history settle --sandbox --yes -o json', { home });
  expect([settle.code, settle.stdout]).toEqual([11, '[]\n']);
  expect(errorOf(settle)).toMatchObject({
    message: 'The outcome of 1 row of batch trials is unknown',
    applied: 'unknown',
    next: ['creditctl batch resume trials --sandbox'],
  });
  const tried = await creditctl('history settle --sandbox --dry-run', { home });
  expect(tried.code, tried.stderr).toBe(0);
  expect(tried.stderr).toContain('To settle it: creditctl batch resume trials');
  running(home, { machine: 'elsewhere', pid: 77 });
  const beside = await creditctl('history settle --sandbox --yes', { home });
  expect([beside.code, beside.stderr]).toEqual([
    0,
    expect.stringContaining('to be settled, and rows are being written now of batch trials'),
  ]);
  running(home, { machine: 'test', pid: 77 });
  expect((await creditctl('batch resume trials --sandbox --yes', { home })).code).toBe(0);
  expect((await creditctl('history settle --sandbox --yes', { home })).code).toBe(0);
});

test('what took a row of a batch back is settled by the undo of the batch, and not alone', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\n');
  const lost = await creditctl('batch undo b --sandbox --yes', { home, between: cut });
  expect(lost.code, lost.stderr).toBe(11);
  const [undo] = currentRows(home, 'undoes IS NOT NULL');
  const result = await creditctl(`history settle ${undo?.key} --sandbox --yes -o json`, { home });
  expect([result.code, result.requests]).toEqual([1, []]);
  expect(errorOf(result)).toMatchObject({
    applied: 'no',
    next: [expect.stringContaining('creditctl batch undo b --sandbox')],
  });
});

test.each([
  [0, 'resend'],
  [50, 'look'],
])('a write that is in the ledger is found by its mark, %i h old, and nothing is sent', async (age, step) => {
  const home = await unknownGrant();
  const now = noon + age * hour;
  const { code, stdout, requests } = await creditctl('history settle --sandbox --yes -o json', { home, now });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ step, outcome: 'settled', entry: expect.any(String) }]);
  expect(requests.map(({ method }) => method)).toEqual(['GET']);
  expect(requests[0]?.query).toContainEqual(['created_at[gte]', '2026-11-16T12:00:00+00:00']);
});

test('an old write that is not there was never applied: that is known then, and it is not sent', async () => {
  const home = await lostGrant();
  const now = noon + 50 * hour;
  const { code, stdout, requests } = await creditctl('history settle --sandbox --yes -o json', { home, now });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ step: 'look', outcome: 'absent', entry: null }]);
  expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  expect(await entriesOf(home, now)).toEqual([]);
  const list = await creditctl('history list --sandbox --json outcome', { home });
  expect(JSON.parse(list.stdout)).toEqual([{ outcome: 'absent' }]);
});

test('the same command long after a killed one finds its entry, or sends it under its key', async () => {
  const now = noon + 50 * hour;
  const add = 'ledger add acme --amount 7 --sandbox --yes';
  const there = await unknownGrant();
  const found = await creditctl(add, { home: there, now });
  expect(found.code, found.stderr).toBe(0);
  expect(found.stderr).toContain('found as it was asked for');
  expect(found.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(await entriesOf(there, now)).toHaveLength(1);
  const lost = await lostGrant();
  const sent = await creditctl(add, { home: lost, now });
  expect(sent.code, sent.stderr).toBe(0);
  expect(await entriesOf(lost, now)).toHaveLength(1);
  expect(recordedIn(lost).map(({ event }) => event)).toEqual([
    ...['noted', 'unknown', 'absent', 'noted', 'settled', 'acknowledged'],
  ]);
});

test.each([
  ['as its newest entry', [], ['the ledger has no entry, and its blocks hold 7']],
  [
    'and credits were used since',
    ['ledger add acme --type decrement --amount 2 --sandbox --yes'],
    ['starts at 7'],
  ],
])('an old write whose entry the API leaves out, %s, is unknown: it is not sent again', async (_, more, why) => {
  const home = await unknownGrant();
  for (const line of more) expect((await creditctl(line, { home })).code).toBe(0);
  const now = noon + 50 * hour;
  const between = leavingOut(isGrant);
  const settled = await creditctl('history settle --sandbox --yes -o json', { home, now, between });
  const again = await creditctl('ledger add acme --amount 7 --sandbox --yes -o json', { home, now, between });
  for (const result of [settled, again]) {
    expect(result.code, result.stderr).toBe(11);
    expect(result.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  }
  expect(JSON.parse(settled.stdout)).toMatchObject([{ step: 'look', outcome: 'unknown' }]);
  expect(errorOf(again)).toMatchObject({ applied: 'unknown', idempotency_key: 'key-1' });
  for (const part of why) expect(errorOf(again).message).toContain(part);
  expect(await entriesOf(home, now)).toHaveLength(1 + more.length);
});

test('an old write is absent, though credits were used while its ledger was read', async () => {
  const home = await lostGrant();
  const now = noon + 50 * hour;
  await creditctl('ledger add acme --amount 9 --sandbox --yes --idempotency-key other', { home, now });
  let uses = 0;
  const { code, stdout, stderr } = await creditctl('history settle --sandbox --yes -o json', {
    home,
    now,
    between: async (request, exchange) => {
      if (request.path.endsWith('/credits') && uses < 2) {
        uses += 1;
        const line = `ledger add acme --type decrement --amount ${uses} --sandbox --yes`;
        expect((await creditctl(line, { home, now })).code).toBe(0);
      }
      return exchange(request);
    },
  });
  expect([code, uses], stderr).toEqual([0, 2]);
  expect(JSON.parse(stdout)).toMatchObject([{ outcome: 'absent' }]);
});

test('an old write that one list leaves out and another has is unknown', async () => {
  const home = await unknownGrant();
  const between = leavingOut(isGrant, (query) => !query.includes('created_at[gte]'));
  const line = 'history settle --sandbox --yes -o json';
  const { code, stdout } = await creditctl(line, { home, now: noon + 50 * hour, between });
  expect(code).toBe(11);
  expect(stdout).toContain('is in one list of the API, and not in another');
});

test('a write is not refused because a look at what is left fails: it stays unknown', async () => {
  const { home } = await granted('--amount 10');
  await lose('ledger add acme --type decrement --amount 4', 'reset-before', home);
  const between: RunOptions['between'] = async (request, exchange) =>
    request.path.endsWith('/credits') ? { status: 403, headers: {}, body: '{}' } : exchange(request);
  const { code, stdout } = await creditctl('history settle --sandbox --yes -o json', { home, between });
  expect(JSON.parse(stdout)).toMatchObject([{ step: 'resend', outcome: 'unknown' }]);
  expect(code).toBe(11);
});

test('what broke in a ledger long before a write was begun does not keep it unknown', async () => {
  const { home } = await granted('--amount 3');
  await creditctl('ledger add acme --type decrement --amount 1 --sandbox --yes', { home });
  await creditctl('sandbox faults set reset-before=1', { home });
  const begun = noon + 20 * 24 * hour;
  const add = 'ledger add acme --amount 7 --sandbox --yes';
  expect((await creditctl(add, { home, now: begun })).code).toBe(11);
  await creditctl('sandbox faults clear', { home });
  const line = 'history settle --sandbox --yes -o json';
  const between = leavingOut(isGrant);
  const { stdout, stderr } = await creditctl(line, { home, now: begun + 50 * hour, between });
  expect(JSON.parse(stdout), stderr).toMatchObject([{ step: 'look', outcome: 'absent' }]);
});

test('a clock of the embedded ledger that was moved on counts', async () => {
  const home = await unknownGrant();
  await creditctl('sandbox clock advance 3d', { home });
  const { stdout } = await creditctl('history settle --sandbox -n -o json', { home });
  expect(JSON.parse(stdout)).toMatchObject([{ step: 'look' }]);
});

test('a dry run shows what would be done and sends nothing', async () => {
  const home = await unknownGrant();
  const { code, stdout, requests } = await creditctl('history settle --sandbox -n -o json', { home });
  expect({ code, requests }).toEqual({ code: 0, requests: [] });
  expect(JSON.parse(stdout)).toMatchObject([{ step: 'resend', outcome: 'unknown' }]);
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'unknown']);
});

test('it needs consent like a write', async () => {
  const home = await unknownGrant();
  const off = await creditctl('history settle --sandbox', { home });
  expect(off).toMatchObject({ code: 10, requests: [] });
  const answers = (answer: boolean) => ({
    home,
    terminal: 100,
    answers: [{ message: 'Settle this write?', answer }],
  });
  const declined = await creditctl('history settle --sandbox', answers(false));
  expect(declined).toMatchObject({ code: 10, requests: [] });
  expect(declined.stderr).toContain(
    'increment 7 credits → acme, by tester: look for it where it can be seen',
  );
  expect((await creditctl('history settle --sandbox', answers(true))).code).toBe(0);
});

test('what it will do is broken between words on a narrow terminal', async () => {
  const home = await unknownGrant();
  const answers = [{ message: 'Settle this write?', answer: false }];
  const { stderr } = await creditctl('history settle --sandbox', { home, terminal: 60, answers });
  const lines = stderr.split('\n');
  expect(lines).toContain('    again under its key if it is not there');
  expect(lines.filter((line) => line.startsWith(' ') && line.length > 60)).toEqual([]);
});

test('one key settles one write, and one that is not known is not found', async () => {
  const home = await unknownGrant();
  const line = 'history settle nowhere --sandbox --yes -o json';
  const result = await creditctl(line, { home });
  expect(result.code).toBe(4);
  expect(errorOf(result).message).toBe('The record has no write "nowhere" in this account');
  const { stdout } = await creditctl('history settle key-1 --sandbox --yes -o json', { home });
  expect(JSON.parse(stdout)).toHaveLength(1);
});

const post = { method: 'POST', path: '/customers', again: true } as const;

test('what cannot be settled yet stays unknown, with what to do, and exits 11', async () => {
  const create = 'customers create --name Hooli --email a@h.example --yes';
  const failing = { ...post, answer: { status: 500, json: {} } };
  const { home, code } = await creditctl(create, { env: orb, exchanges: [failing] });
  expect(code).toBe(11);
  const settle = 'history settle --yes -o json';
  const young = await creditctl(settle, { home, env: orb, exchanges: [failing] });
  expect(young.code).toBe(11);
  expect(JSON.parse(young.stdout)).toMatchObject([{ step: 'resend', outcome: 'unknown' }]);
  const dry = await creditctl('history settle --dry-run -o json', { home, env: orb, exchanges: [] });
  expect(JSON.parse(dry.stdout)).toMatchObject([{ step: 'resend', outcome: 'unknown' }]);
  expect(notesOf(dry)).toContainEqual({ dry_run: true });
  const now = noon + 50 * hour;
  const old = await creditctl(settle, { home, env: orb, exchanges: [], now });
  expect(old.code).toBe(11);
  const [row] = JSON.parse(old.stdout) as { note: string }[];
  expect(row).toMatchObject({ step: 'ask', what: 'create customer Hooli' });
  expect(row?.note).toContain('look for the customer with creditctl customers list');
  expect(errorOf(young).next).toEqual(['Try again later: creditctl history settle']);
  expect(errorOf(old)).toMatchObject({
    applied: 'unknown',
    retry_safe: true,
    next: [
      expect.stringMatching(/^Note what you find yourself: creditctl history settle --found <what> \S+$/),
    ],
  });
  expect(errorOf(old).message).toContain(row?.note);
  const elsewhere = { ...orb, ORB_BASE_URL: 'https://other.example/v1' };
  const other = await creditctl(settle, { home, env: elsewhere, exchanges: [] });
  expect(JSON.parse(other.stdout)).toEqual([]);
  const hooli = customer({ name: 'Hooli', email: 'a@h.example' });
  const done = { method: 'POST', path: '/customers', answer: { status: 201, json: hooli } };
  const last = await creditctl(settle, { home, env: orb, exchanges: [done] });
  expect(last.code, last.stderr).toBe(0);
  // Nothing could be looked for.
  expect(JSON.parse(last.stdout)).toMatchObject([{ note: 'sent again under its key: written once' }]);
});

const hooli = 'customers create --name Hooli --email a@h.example --external-id hooli';
const dropped = 'alerts create acme --type dropped --threshold 5';
const later = noon + 50 * hour;
const settleLine = 'history settle --sandbox --yes --json step,outcome,note';

test.each([
  hooli,
  dropped,
])('what a forgotten key created is found, and nothing is sent: %s', async (line) => {
  const home = await unknownAfter(line, 'reset-after');
  const settled = await creditctl(settleLine, { home, now: later });
  const note = 'found as it was asked for: nothing was sent';
  expect(JSON.parse(settled.stdout)).toEqual([{ step: 'look', outcome: 'settled', note }]);
  expect(settled.code).toBe(0);
  expect(new Set(settled.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test.each([
  [hooli, 'customer'],
  [dropped, 'alert'],
])('what a forgotten key did not create is absent, and its own command creates it: %s', async (line, what) => {
  const home = await unknownAfter(line, 'reset-before');
  const settled = await creditctl(settleLine, { home, now: later });
  const note = `there is no such ${what}: it was never applied, or was deleted since; it was not sent again`;
  expect([settled.code, JSON.parse(settled.stdout)]).toEqual([
    0,
    [{ step: 'look', outcome: 'absent', note }],
  ]);
  const own = await creditctl(`${line} --sandbox --yes`, { home, now: later });
  expect(own.code, own.stderr).toBe(0);
});

test.each([
  hooli,
  dropped,
])('a line whose key was forgotten reports what it created before: %s', async (line) => {
  const home = await unknownAfter(line, 'reset-after');
  const own = await creditctl(`${line} --sandbox --yes`, { home, now: later });
  expect(own.code, own.stderr).toBe(0);
  expect(own.requests.map(({ method }) => method)).not.toContain('POST');
});

test('a customer of that time who is not as it asked for leaves the creation unknown', async () => {
  const home = await unknownAfter(hooli, 'reset-after');
  expect((await creditctl('customers update hooli --name Other --sandbox --yes', { home })).code).toBe(0);
  const settled = await creditctl(settleLine, { home, now: later });
  const note = expect.stringContaining('with another name than was asked for');
  expect([settled.code, JSON.parse(settled.stdout)]).toEqual([
    11,
    [{ step: 'look', outcome: 'unknown', note }],
  ]);
});

test('an alert of that time in what may be its currency by another name leaves the creation unknown', async () => {
  const home = await unknownAfter(dropped, 'reset-before');
  const other = `${dropped} --currency USD --sandbox --yes`;
  expect((await creditctl(other, { home })).code).toBe(0);
  const settled = await creditctl(settleLine, { home, now: later });
  const note = expect.stringContaining('with the currency USD where credits was asked for');
  expect([settled.code, JSON.parse(settled.stdout)]).toEqual([
    11,
    [{ step: 'look', outcome: 'unknown', note }],
  ]);
});

test('an alert of long before is not what a forgotten key created', async () => {
  const home = freshHome();
  const before = 'alerts create acme --type dropped --threshold 9 --sandbox --yes';
  expect((await creditctl(before, { home, now: noon - 72 * hour })).code).toBe(0);
  await lose(dropped, 'reset-before', home);
  const settled = await creditctl(settleLine, { home, now: later });
  expect(JSON.parse(settled.stdout)).toMatchObject([{ step: 'look', outcome: 'absent' }]);
});

test('a refusal settles it too, and an answer about somebody else does not', async () => {
  const path = '/customers/external_customer_id/acme/credits/ledger_entry';
  const answering = (status: number, json: object) => [{ method: 'POST', path, answer: { status, json } }];
  const search = unmarked();
  const add = 'ledger add acme --amount 7 --yes';
  const wrong = made({ customer: { id: 'x', external_customer_id: 'globex' } });
  const first = await creditctl(`${add} -o json`, { env: orb, exchanges: answering(201, wrong) });
  expect(first.code).toBe(11);
  expect(errorOf(first).message).toBe(
    'The API answered this write with an entry of customer globex instead of acme; whether the write was applied is not known',
  );
  const settle = 'history settle --yes -o json';
  const decrement = made({ entry_type: 'decrement' });
  const again = await creditctl(settle, {
    ...{ env: orb, home: first.home },
    exchanges: [...search, ...answering(201, decrement)],
  });
  expect(again.code).toBe(11);
  expect(again.stdout).toContain('an entry of type decrement instead of increment');
  const refusal = {
    type: 'https://docs.withorb.com/reference/error-responses#400-request-validation-errors',
    status: 400,
    title: 'No',
    detail: 'no',
    validation_errors: ['no'],
  };
  const refused = await creditctl(settle, {
    ...{ env: orb, home: first.home },
    exchanges: [...search, ...answering(400, refusal)],
  });
  expect(refused.code, refused.stderr).toBe(0);
  expect(JSON.parse(refused.stdout)).toMatchObject([{ outcome: 'refused' }]);
});

test('the mark is looked for on every page, and a failing search leaves the write unknown', async () => {
  const path = '/customers/external_customer_id/acme/credits';
  const add = 'ledger add acme --amount 7 --yes';
  const failing = {
    method: 'POST',
    path: `${path}/ledger_entry`,
    again: true as const,
    answer: { status: 500, json: {} },
  };
  const { home } = await creditctl(add, { env: orb, exchanges: [failing] });
  const query = 'created_at[gte]=2026-11-16T12:00:00+00:00&limit=100';
  const now = noon + 60 * hour;
  const list = (more: string, json: object) => ({
    method: 'GET',
    path: `${path}/ledger?${query}${more}`,
    answer: { json },
  });
  const broken = { ...list('', {}), answer: { status: 403, json: {} } };
  const failed = await creditctl('history settle --yes -o json', {
    env: orb,
    home,
    now,
    exchanges: [broken],
  });
  expect(failed.code).toBe(11);
  expect(JSON.parse(failed.stdout)).toMatchObject([{ step: 'look', outcome: 'unknown' }]);
  const mine = entry({ id: 'mine', amount: 7, metadata: { creditctl_key: 'key-1' } });
  const follower = entry({
    id: 'other',
    entry_type: 'credit_block_expiry',
    metadata: { creditctl_key: 'key-1' },
  });
  const exchanges = [list('', page([entry(), follower], 'next')), list('&cursor=next', page([mine]))];
  const found = await creditctl('history settle --yes -o json', { env: orb, home, now, exchanges });
  expect(JSON.parse(found.stdout)).toMatchObject([{ outcome: 'settled', entry: 'mine' }]);
});

test('a write of a colleague is settled too, and whose it is is said', async () => {
  const home = await unknownGrant();
  const line = 'history settle --sandbox --yes --json who,outcome';
  const { code, stdout } = await creditctl(line, { home, who: 'anna' });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([{ who: 'tester', outcome: 'settled' }]);
  const list = await creditctl('history list --sandbox --json who,outcome_by', { home });
  expect(JSON.parse(list.stdout)).toEqual([{ who: 'tester', outcome_by: 'anna' }]);
});

for (const [made, who, later] of [
  [unknownGrant, 'anna', 3 * hour],
  [lostGrant, 'anna', 3 * hour],
  [unknownGrant, 'tester', 3 * hour],
  [lostGrant, 'tester', 3 * hour],
] as const)
  test(`${who} settles a write of unknown outcome, and its command, run again, reports it once (${made.name})`, async () => {
    const home = await made();
    expect((await creditctl('history settle --sandbox --yes', { home, who })).code).toBe(0);
    const line = 'ledger add acme --amount 7 --sandbox --yes -o json';
    const again = await creditctl(line, { home, now: noon + later });
    expect(again.code).toBe(0);
    expect(await entriesOf(home)).toHaveLength(1);
    expect(notesOf(again)).toContainEqual({
      write: { manner: 'unacknowledged', idempotency_key: 'key-1' },
    });
    await creditctl(line, { home, now: noon + later });
    expect(await entriesOf(home)).toHaveLength(2);
  });

for (const [rule, value] of [
  ['allowed_types', 'void'],
  ['entry_cap', '6'],
  ['customer_day_cap', '6'],
  ['description_pattern', '^SUP-'],
] as const) {
  test(`a write that ${rule} forbids by now is not sent again, whoever agrees`, async () => {
    const home = await lostGrant();
    await creditctl('config set kind sandbox --profile p', { home });
    const there = { home, env: { CREDITCTL_PROFILE: 'p' } };
    await creditctl(`config set policy.${rule} ${value}`, there);
    const before = recordedIn(home);
    for (const line of ['history settle --yes', 'history settle key-1 --yes', 'history settle --dry-run']) {
      const result = await creditctl(`${line} -o json`, there);
      expect(result.code, result.stderr).toBe(10);
      expect(errorOf(result)).toMatchObject({
        code: 'refused',
        applied: 'unknown',
        idempotency_key: 'key-1',
      });
      expect(errorOf(result).message).toContain(rule);
      expect(errorOf(result).message).toMatch(/; its outcome stays unknown$/);
      expect(result.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    }
    expect((await creditctl('history settle', { ...there, terminal: 100 })).code).toBe(10);
    expect(recordedIn(home)).toEqual(before);
    await creditctl(`config set policy.${rule} --unset`, there);
    expect((await creditctl('history settle --yes', there)).code).toBe(0);
  });
}

/** No write arrives, and whether it did is not known. */
const cut: NonNullable<RunOptions['between']> = async (request, exchange) => {
  if (request.method === 'POST') throw new TransportFailure('the connection was cut', 'maybe');
  return exchange(request);
};

test('an undo in words of the program is sent again, whatever a person has to write', async () => {
  const { home } = await granted('--amount 7');
  await creditctl('config set policy.description_pattern ^SUP- --profile sandbox', { home });
  expect((await creditctl('undo last --sandbox --yes', { home, between: cut })).code).toBe(11);
  const { code, stderr } = await creditctl('history settle --sandbox --yes', { home });
  expect(code, stderr).toBe(0);
  expect(await available(home)).toBe(0);
});

test('an old write is looked for under any policy: nothing is sent', async () => {
  const home = await unknownGrant();
  await creditctl('config set kind sandbox --profile sandbox', { home });
  await creditctl('config set policy.allowed_types void --profile sandbox', { home });
  const line = 'history settle --profile sandbox --yes -o json';
  const found = await creditctl(line, { home, now: noon + 50 * hour });
  expect(found.code, found.stderr).toBe(0);
  expect(JSON.parse(found.stdout)).toMatchObject([{ step: 'look', outcome: 'settled' }]);
});

test('a write of which the API knows the amount is held against the limits, too', async () => {
  const home = freshHome();
  await creditctl('config set kind sandbox --profile p', { home });
  const there = { home, env: { CREDITCTL_PROFILE: 'p' } };
  const { stdout } = await creditctl('ledger add acme --amount 50 --expires +1y --yes -o json', there);
  const { credit_block } = JSON.parse(stdout) as { credit_block: { id: string } };
  const expire = `blocks expire acme ${credit_block.id} --on +9d --yes`;
  expect((await creditctl(expire, { ...there, between: cut })).code).toBe(11);
  await creditctl('config set policy.entry_cap 49', there);
  const refused = await creditctl('history settle --yes', there);
  expect(refused.code).toBe(10);
  expect(refused.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  await creditctl('config set policy.entry_cap 50', there);
  const settled = await creditctl('history settle --yes', there);
  expect(settled.code, settled.stderr).toBe(0);
  expect(settled.requests.filter(({ method }) => method !== 'GET')).toHaveLength(1);
});

test.each([
  'ledger add acme --amount 7',
  'topups create acme --threshold 5 --amount 1 --cost-basis 0 --net-terms 0',
])('an external id that was given to another customer since gets nothing of the one before: %s', async (lost) => {
  const home = await lostGrant(lost);
  // Within the seconds in which nobody would think of it.
  const sandbox = { home, now: noon + 2000 };
  const { stdout } = await creditctl('customers show acme --sandbox --json id', sandbox);
  const path = `/customers/${(JSON.parse(stdout) as { id: string }).id}`;
  const gone = await creditctl(`api DELETE ${path} --sandbox --yes --confirm "DELETE ${path}"`, sandbox);
  const given = await creditctl(
    'customers create --name Other --email other@example.com --external-id acme --sandbox --yes',
    sandbox,
  );
  expect([gone.code, given.code]).toEqual([0, 0]);
  for (const line of ['history settle --sandbox --yes', `${lost} --sandbox --yes`]) {
    const { code, stdout: printed, stderr, requests } = await creditctl(line, sandbox);
    expect([code, requests.filter(({ method }) => method === 'POST')]).toEqual([11, []]);
    expect(printed + stderr).toContain('acme is another customer now');
  }
  expect(await entriesOf(home, sandbox.now)).toEqual([]);
  // Whoever means the new one says so.
  const meant = await creditctl('ledger add acme --amount 7 --idempotency-key new --sandbox --yes', sandbox);
  expect([meant.code, await entriesOf(home, sandbox.now)]).toMatchObject([0, [{ amount: 7 }]]);
});

const remove = async (home: string, more: { readonly now?: number } = {}): Promise<void> => {
  const { stdout } = await creditctl('customers show acme --sandbox --json id', { home, ...more });
  const path = `/customers/${JSON.parse(stdout).id}`;
  const deletion = `api DELETE ${path} --sandbox --yes --confirm 'DELETE ${path}'`;
  expect((await creditctl(deletion, { home, ...more })).code).toBe(0);
};

test.each([
  ['ledger add acme --amount 7', 0, 'refused', 1],
  ['ledger add acme --amount 7', 50, 'absent', 0],
  ['ledger add acme --type decrement --amount 7', 0, 'refused', 1],
  ['customers update acme --name New', 1, 'absent', 0],
])('%s, %i h ago, of a customer who was deleted since, ends as %s', async (line, age, outcome, sent) => {
  const home = await lostGrant(line);
  const now = noon + age * hour;
  await remove(home, { now });
  const settle = 'history settle --sandbox --yes -o json';
  const { code, stdout, stderr, requests } = await creditctl(settle, { home, now });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ outcome }]);
  expect(requests.filter(({ method }) => method !== 'GET')).toHaveLength(sent);
});

test('a deleted customer stops no other write from being settled, whatever the policy has to look up', async () => {
  const home = await lostGrant();
  await lose('ledger add globex --amount 3', 'reset-before', home);
  await remove(home);
  await creditctl('config set policy.customer_day_cap 100 --profile sandbox', { home });
  const { code, stdout, stderr } = await creditctl('history settle --sandbox --yes --json outcome', { home });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual([{ outcome: 'refused' }, { outcome: 'settled' }]);
});

/** A home whose record does not know what became of a change of a customer's name. */
const unknownChange = (fault: Fault) => unknownAfter('customers update acme --name New', fault);

const nameOf = async (home: string): Promise<unknown> =>
  JSON.parse((await creditctl('customers show acme --sandbox --json name', { home })).stdout).name;

test.each([
  ['reset-after', 'settled', 'New'],
  ['reset-before', 'absent', 'Acme Corp'],
] as const)('a change of a customer that was lost by %s is read back, and not sent again', async (fault, outcome, name) => {
  const home = await unknownChange(fault);
  const line = 'history settle --sandbox --yes --json step,outcome';
  const { code, stdout, stderr, requests } = await creditctl(line, { home, now: noon + hour });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual([{ step: 'look', outcome }]);
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(await nameOf(home)).toBe(name);
});

test('a change of a customer that may still be on its way is not said to be absent', async () => {
  const home = await unknownChange('reset-before');
  const { code, stdout } = await creditctl('history settle --sandbox --yes --json outcome,note', { home });
  const note = expect.stringContaining('it is not found yet');
  expect([code, JSON.parse(stdout)]).toEqual([11, [{ outcome: 'unknown', note }]]);
});

test('an old change of a customer does not overrule a later one', async () => {
  const home = await unknownChange('reset-after');
  expect((await creditctl('customers update acme --name Newer --sandbox --yes', { home })).code).toBe(0);
  expect((await creditctl('history settle --sandbox --yes', { home, now: noon + hour })).code).toBe(0);
  expect(await nameOf(home)).toBe('Newer');
});

test('an alert that was switched back since is not switched again by whoever settles it; its own command does', async () => {
  const create =
    'alerts create acme --type credit_balance_depleted --currency credits --sandbox --yes --json id';
  const made = await creditctl(create);
  const { home } = made;
  const { id } = JSON.parse(made.stdout);
  const isEnabled = async (): Promise<unknown> =>
    JSON.parse((await creditctl('alerts list acme --sandbox --json enabled', { home })).stdout)[0].enabled;
  const lost = await creditctl(`alerts disable ${id} --sandbox --yes`, {
    home,
    between: async (request, exchange) => {
      if (request.method === 'POST') throw new TransportFailure('the connection was lost', 'maybe');
      return exchange(request);
    },
  });
  expect(lost.code).toBe(11);
  const line = 'history settle --sandbox --yes --json step,outcome,note';
  const note = expect.stringContaining('it is not found yet');
  const early = await creditctl(line, { home });
  expect([early.code, JSON.parse(early.stdout)]).toEqual([11, [{ step: 'look', outcome: 'unknown', note }]]);
  const settled = await creditctl(line, { home, now: noon + hour });
  const absent = 'the alert is not as it asked for; it was not sent again';
  expect([settled.code, JSON.parse(settled.stdout)]).toEqual([
    0,
    [{ step: 'look', outcome: 'absent', note: absent }],
  ]);
  expect(await isEnabled()).toBe(true);
  const own = await creditctl(`alerts disable ${id} --sandbox --yes`, { home, now: noon + 2 * hour });
  expect(own.code, own.stderr).toBe(0);
  expect(await isEnabled()).toBe(false);
});

const rawChange = 'api PUT /alerts/a1 -F note=first --confirm "PUT /alerts/a1"';

test('a raw change is not sent by whoever settles it, who would undo a later one; its author may repeat it', async () => {
  const home = await lostGrant(rawChange);
  const settled = await creditctl('history settle --sandbox --yes --json step,note', { home });
  const note = expect.stringContaining('it could undo a later change: look whether "PUT /alerts/a1" of 2026');
  expect([settled.code, JSON.parse(settled.stdout)]).toEqual([11, [{ step: 'ask', note }]]);
  expect(settled.requests).toEqual([]);
  const repeated = await creditctl(`${rawChange} --sandbox --yes`, { home });
  expect(repeated.requests.map(({ method }) => method)).toContain('PUT');
});

const topUp = (amount: number): string =>
  `topups create acme --threshold 5 --amount ${amount} --cost-basis 1 --net-terms 30`;

test.each([
  'acme',
  'id:',
])('a top-up is not sent by whoever settles it where a later one replaced it; its own command sends it: %s', async (name) => {
  const home = await lostGrant(topUp(1000));
  // The record knows the other name from the answer to another write.
  const granted = await creditctl('ledger add acme --amount 7 --sandbox --yes --json customer', { home });
  const { id } = JSON.parse(granted.stdout).customer;
  const later = topUp(10).replace('acme', name === 'id:' ? `id:${id}` : name);
  expect((await creditctl(`${later} --sandbox --yes`, { home })).code).toBe(0);
  const amounts = async (): Promise<unknown> =>
    JSON.parse((await creditctl('topups list acme --sandbox --json amount', { home })).stdout);
  const settled = await creditctl('history settle --sandbox --yes --json what,step,note', { home });
  const what = 'create top-up of 1000 credits → acme';
  const note = expect.stringContaining(
    'it could undo a later change: look whether "create top-up of 1000 credits → acme" of 2026',
  );
  expect([settled.code, JSON.parse(settled.stdout)]).toEqual([11, [{ what, step: 'ask', note }]]);
  expect(await amounts()).toEqual([{ amount: '10' }]);
  const repeated = await creditctl(`${topUp(1000)} --sandbox --yes`, { home });
  expect([repeated.code, await amounts()]).toEqual([0, [{ amount: '1000' }]]);
});

test('a top-up that none has replaced is sent again under its key', async () => {
  const home = await lostGrant(topUp(1000));
  const { code, stdout } = await creditctl('history settle --sandbox --yes --json step,outcome', { home });
  expect([code, JSON.parse(stdout)]).toEqual([0, [{ step: 'resend', outcome: 'settled' }]]);
});

/** An API that has no path for writes any more, which says nothing of an earlier write. */
const turningAway: RunOptions['between'] = async (request, exchange) => {
  if (request.method === 'GET') return exchange(request);
  const type = 'https://docs.withorb.com/reference/error-responses#404-url-not-found';
  return { status: 404, headers: {}, body: JSON.stringify({ type, status: 404, title: 'No such URL' }) };
};

test.each([
  ['an entry is looked for', 'ledger add acme --amount 7', [0, 'look', 'absent'], []],
  ['a person finds out about a top-up', topUp(1000), [11, 'ask', 'unknown'], [0, 'ask', 'absent']],
])('what was refused when it was sent again is not sent once more: %s', async (_, line, looked, stated) => {
  const home = await lostGrant(line);
  const away = { home, between: turningAway };
  const settle = async (flags: string, now: number) => {
    const settled = await creditctl(`history settle${flags} --sandbox --yes --json step,outcome`, {
      ...{ ...away, now },
    });
    const [{ step, outcome }] = JSON.parse(settled.stdout);
    return [settled.code, step, outcome];
  };
  expect(await settle('', noon)).toEqual([11, 'resend', 'unknown']);
  expect(await settle('', noon + hour)).toEqual(looked);
  if (stated.length > 0) expect(await settle(' key-1 --found not-applied', noon + hour)).toEqual(stated);
});

test.each([
  ['its top-up was replaced', topUp(1000), `${topUp(10)} --sandbox --yes`, 11],
  ['its key was forgotten', topUp(1000), 'sandbox clock advance 48h', 11],
  ['a rule forbids it', 'ledger add acme --amount 7', 'config set policy.entry_cap 5 --profile sandbox', 10],
])('nothing is sent again if %s while the person thinks', async (_, lost, line, code) => {
  const home = await lostGrant(lost);
  await creditctl('config set kind sandbox --profile sandbox', { home });
  const meanwhile = () => creditctl(line, { home });
  const answers = [{ message: 'Settle this write?', answer: true, meanwhile }];
  const settled = await creditctl('history settle --profile sandbox', { home, terminal: 100, answers });
  expect([settled.code, settled.requests.filter(({ method }) => method !== 'GET')], settled.stderr).toEqual([
    ...[code, []],
  ]);
});

/** A raw change whose outcome creditctl cannot find out, an hour ago. */
const lostRawChange = () => lostGrant(`${rawChange} --idempotency-key raw-1`);

test('what a colleague found applied is reported once to whoever wrote it, and is then done', async () => {
  const home = await lostGrant(rawChange);
  const found = 'history settle key-1 --found applied --sandbox --yes';
  expect((await creditctl(found, { home, who: 'anna', now: noon + hour })).code).toBe(0);
  const again = () => creditctl(`${rawChange} --sandbox --yes`, { home, now: noon + 2 * hour });
  const told = await again();
  expect([told.code, told.requests], told.stderr).toEqual([1, []]);
  expect(errorOf(told)).toMatchObject({
    applied: 'yes',
    retry_safe: false,
    next: ['See that write: creditctl history show key-1 --sandbox'],
  });
  expect((await again()).requests).toContainEqual(expect.objectContaining({ method: 'PUT' }));
});

test.each([
  ['applied', 'settled', ['noted', 'unknown', 'settled', 'acknowledged']],
  ['not-applied', 'absent', ['noted', 'unknown', 'absent']],
])('what a person found is noted where nothing else is known: %s', async (found, outcome, events) => {
  const home = await lostRawChange();
  const line = `history settle raw-1 --found ${found} --sandbox --yes --json outcome,note`;
  const { code, stdout, requests } = await creditctl(line, { home, now: noon + hour });
  const note = expect.stringMatching(new RegExp(`^\\S+ looked, and found it ${found}$`));
  expect([code, JSON.parse(stdout)]).toEqual([0, [{ outcome, note }]]);
  expect(requests).toEqual([]);
  expect(recordedIn(home).map(({ event }) => event)).toEqual(events);
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
  const again = await creditctl(line, { home, now: noon + hour });
  expect([again.code, errorOf(again).message]).toEqual([10, 'The outcome of the write raw-1 is known']);
  const undone = await creditctl('undo raw-1 --sandbox --yes', { home, now: noon + hour });
  expect(undone.stderr).toContain(
    found === 'applied' ? 'The record has no answer to the write' : 'never applied',
  );
});

test('what is in the ledger is settled as found, whatever a person says of it', async () => {
  const home = await unknownGrant();
  const now = noon + 50 * hour;
  const line = 'history settle key-1 --found not-applied --sandbox --yes --json outcome,note';
  const { code, stdout } = await creditctl(line, { home, now });
  const note = 'found as it was asked for: nothing was sent';
  expect([code, JSON.parse(stdout)]).toEqual([0, [{ outcome: 'settled', note }]]);
});

test('a person agrees to a look before their word counts, where there is something to look for', async () => {
  const home = await unknownGrant();
  const answers = [
    { message: 'Look for this write once more, and otherwise note that it was not-applied?', answer: false },
  ];
  const line = 'history settle key-1 --found not-applied --sandbox';
  const declined = await creditctl(line, { home, now: noon + 50 * hour, terminal: 100, answers });
  expect(declined.code, declined.stderr).toBe(10);
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'unknown']);
});

test('what could not be looked for is not taken from a person, who can try again', async () => {
  const home = await unknownGrant();
  const now = noon + 50 * hour;
  await creditctl('sandbox faults set 500=1', { home });
  const line = 'history settle key-1 --found not-applied --sandbox --yes --json outcome';
  const failed = await creditctl(line, { home, now });
  expect([failed.code, errorOf(failed)]).toMatchObject([
    11,
    { message: expect.stringContaining('It could not be looked for'), applied: 'unknown' },
  ]);
  await creditctl('sandbox faults clear', { home });
  const again = await creditctl(line, { home, now });
  expect([again.code, JSON.parse(again.stdout)]).toEqual([0, [{ outcome: 'settled' }]]);
});

test.each([
  ['settle --found applied', 0, 2, '--found needs the key of one write: creditctl history settle <key>'],
  ['settle key-1 --found maybe', 0, 2, '--found must be one of applied, not-applied: "maybe"'],
  ['settle key-1 --found applied', 1, 10, 'creditctl can find out itself what became of the write key-1'],
])('"%s" is refused where a word is not needed or not clear', async (words, hours, exit, message) => {
  const home = await unknownGrant();
  const result = await creditctl(`history ${words} --sandbox --yes -o json`, {
    home,
    now: noon + hours * hour,
  });
  expect([result.code, errorOf(result).message]).toEqual([exit, message]);
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'unknown']);
});

test('a write that may still be on its way is nothing to vouch for yet', async () => {
  const home = await lostRawChange();
  const result = await creditctl('history settle raw-1 --found not-applied --sandbox --yes -o json', {
    home,
  });
  expect([result.code, errorOf(result).message]).toEqual([10, 'The write raw-1 may still be on its way']);
});

test('a person is asked before a word of theirs is noted, and may decline', async () => {
  const home = await lostRawChange();
  const message = 'Note that it was applied?';
  const line = 'history settle raw-1 --found applied --sandbox';
  const now = noon + hour;
  const declined = await creditctl(line, { home, now, terminal: 100, answers: [{ message, answer: false }] });
  expect(declined.code).toBe(10);
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'unknown']);
  const agreed = await creditctl(line, { home, now, terminal: 100, answers: [{ message, answer: true }] });
  expect(agreed.code, agreed.stderr).toBe(0);
});

test('the word of a person says nothing about an attempt that began while they thought', async () => {
  const home = await lostRawChange();
  const now = noon + hour;
  const meanwhile = async () => {
    await creditctl('sandbox faults set reset-before=1', { home });
    const again = `${rawChange} --idempotency-key raw-1 --sandbox --yes`;
    expect((await creditctl(again, { home, now })).code).toBe(11);
  };
  const answers = [{ message: 'Note that it was not-applied?', answer: true, meanwhile }];
  const line = 'history settle raw-1 --found not-applied --sandbox';
  const said = await creditctl(line, { home, now, terminal: 200, answers });
  expect(said.code, said.stderr).toBe(11);
  expect(said.stderr).toContain('another process has settled it, or works on it now');
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'unknown', 'taken', 'unknown']);
});

test('a batch that was resumed while the person thought is not said to be open', async () => {
  const home = await lostGrant();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  await creditctl(`ledger import ${home}/x.csv --batch-id trials --sandbox --yes`, { home });
  forget(home, { outcomes: 'row = 2' });
  running(home, { machine: 'test', pid: 77 });
  const meanwhile = () => creditctl('batch resume trials --sandbox --yes', { home });
  const answers = [{ message: 'Settle this write?', answer: true, meanwhile }];
  const settled = await creditctl('history settle --sandbox', { home, terminal: 100, answers });
  expect(settled.code, settled.stderr).toBe(0);
});

test.each<[Fault, number, string[]]>([
  ['reset-after', 0, []],
  ['reset-before', 5, ['PUT']],
])('a change lost by %s that is repeated and now refused has an outcome', async (fault, code, sent) => {
  const home = await unknownChange(fault);
  const type = 'https://docs.withorb.com/reference/error-responses#400-constraint-violation';
  const headers = { 'content-type': 'application/json' };
  const again = await creditctl('customers update acme --name New --sandbox --yes', {
    home,
    between: async (request, exchange) =>
      request.method === 'PUT'
        ? { status: 400, headers, body: JSON.stringify({ type, status: 400 }) }
        : exchange(request),
  });
  expect(again.code, again.stderr).toBe(code);
  expect(again.requests.flatMap(({ method }) => (method === 'GET' ? [] : [method]))).toEqual(sent);
  expect((await creditctl('history settle --sandbox --yes', { home })).stderr).toContain('nothing to settle');
});

/** A batch of one grant whose answer was lost, in a home where the API lists no grant any more. */
async function lostRow() {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\n');
  const line = `ledger import ${home}/x.csv --batch-id b --sandbox --yes`;
  const { code, stderr } = await creditctl(line, { home, ...losingAnswers });
  expect(code, stderr).toBe(11);
  const key = String(currentRows(home)[0]?.key);
  const at = { home, now: noon + 49 * hour, between: leavingOut(isGrant) };
  return { home, key, at };
}

test.each([
  ['applied', 'settled', 0],
  ['not-applied', 'absent', 1],
])('a person may say what became of a row that its batch cannot find out: %s', async (found, outcome, posts) => {
  const { key, at } = await lostRow();
  const resume = () => creditctl('batch resume b --sandbox --yes -o json', at);
  const stuck = await resume();
  expect(stuck.code, stuck.stderr).toBe(11);
  const say = `history settle ${key} --found ${found} --sandbox`;
  expect(errorOf(stuck).next).toContainEqual(
    expect.stringContaining(`creditctl history settle --found <what> ${key}`),
  );
  const early = await creditctl(`${say} --yes -o json`, { ...at, now: noon });
  expect([early.code, errorOf(early).next]).toEqual([10, [expect.stringContaining('again after')]]);
  const said = await creditctl(`${say} --yes --json outcome`, { ...at, now: at.now + hour });
  expect([said.code, JSON.parse(said.stdout || '[]')], said.stderr).toEqual([0, [{ outcome }]]);
  expect(said.requests.some(({ path: where }) => where.endsWith('/credits/ledger'))).toBe(true);
  expect(said.stderr).toContain('creditctl batch resume b');
  const over = await creditctl('batch resume b --sandbox --yes --json succeeded,unknown', {
    ...at,
    now: at.now + hour,
  });
  expect([over.code, JSON.parse(over.stdout)], over.stderr).toEqual([0, { succeeded: 1, unknown: 0 }]);
  expect(over.requests.filter(({ method }) => method === 'POST')).toHaveLength(posts);
});

test('a row that is in the ledger is found, whatever a person says', async () => {
  const { home, key } = await lostRow();
  const line = `history settle ${key} --found not-applied --sandbox --yes --json outcome`;
  const { code, stdout, stderr } = await creditctl(line, { home, now: noon + 49 * hour });
  expect([code, JSON.parse(stdout || '[]')], stderr).toEqual([0, [{ outcome: 'settled' }]]);
});
